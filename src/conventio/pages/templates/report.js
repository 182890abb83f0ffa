// The page in another language, and its lists that filter, sort and search.

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const texts = read("texts");
const words = read("words");
const ATTRIBUTES = ["aria-label", "lang"];
const ALL = -1;

function speak(language) {
  const say = texts[language];
  document.documentElement.lang = language;
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = say[one.dataset.t];
  for (const name of ATTRIBUTES) {
    for (const one of document.querySelectorAll(`[data-t-${name}]`)) {
      one.setAttribute(name, say[one.getAttribute(`data-t-${name}`)]);
    }
  }
  for (const one of document.querySelectorAll("[data-only]")) {
    one.hidden = one.dataset.only !== language;
  }
  for (const one of document.querySelectorAll("[data-speak]")) {
    one.setAttribute("aria-pressed", String(one.dataset.speak === language));
  }
}

function searchable(list, language, state) {
  const filters = [...document.querySelectorAll(`[data-filters="${list.id}"] select`)];
  const widget = new DataTable(list, {
    autoWidth: false,
    language: words[language],
    layout: { topStart: "search", topEnd: "pageLength", bottomStart: "info", bottomEnd: "paging" },
    lengthMenu: [25, 100, { label: words[language].all, value: ALL }],
    order: state ? state.order : [],
    pageLength: state ? state.length : 25,
    search: { search: state ? state.search : "" },
  });
  const pages = widget.table().container().querySelector("nav");
  if (pages) pages.setAttribute("aria-label", list.caption.textContent);
  for (const filter of filters) {
    const keep = () => {
      const wanted = filter.value;
      widget.search.fixed(filter.name, wanted === "" ? null : (text, data, row) =>
        widget.row(row).node().getAttribute(`data-${filter.name}`).split(" ").includes(wanted));
      widget.draw();
    };
    filter.onchange = keep;
    if (filter.value !== "") keep();
  }
  return widget;
}

const lists = [...document.querySelectorAll("table.searchable")];
let widgets = lists.map((list) => searchable(list, document.documentElement.lang));

function change(language) {
  // Texts outside the page shown are not in the document: the lists are made anew around them.
  const states = widgets.map((one) => (
    { order: one.order(), length: one.page.len(), search: one.search() }
  ));
  for (const one of widgets) one.destroy();
  speak(language);
  widgets = lists.map((list, place) => searchable(list, language, states[place]));
}

for (const one of document.querySelectorAll("[data-speak]")) {
  one.addEventListener("click", () => change(one.dataset.speak));
}
for (const one of document.querySelectorAll("[data-with-script]")) one.hidden = false;

let lengths = [];
let opened = [];
window.addEventListener("beforeprint", () => {
  lengths = widgets.map((one) => one.page.len());
  for (const one of widgets) one.page.len(ALL).draw();
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const one of opened) one.open = true;
});
window.addEventListener("afterprint", () => {
  widgets.forEach((one, place) => one.page.len(lengths[place]).draw());
  for (const one of opened) one.open = false;
});
