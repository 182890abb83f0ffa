"""What is charged above the agreed fee, and what a patient may claim for it."""

from __future__ import annotations

from decimal import Decimal

from conventio.law.mechanism import Euro, Number, mechanism

ZERO = Decimal(0)


@mechanism("overcharge-compensation")
def overcharge_compensation(
    charged: Euro, agreed: Euro, *, multiple: Number, minimum: Euro
) -> Euro:
    """What a patient may claim when charged more than the agreed fee."""
    return max(multiple * (charged - agreed), minimum) if charged > agreed else ZERO
