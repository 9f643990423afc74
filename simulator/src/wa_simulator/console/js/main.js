// The frame: navigation, clock, language, theme; which screen is shown.
import { html, render, useEffect, useState } from "./dom.js";
import { lang, LANGUAGES, setLang, t } from "./i18n.js";
import { connect } from "./live.js";
import { Notes } from "./notes.js";
import { useStore } from "./store.js";
import { kept, setTheme, THEMES } from "./theme.js";
import { Choice, Icon } from "./ui.js";
import { ClockPanel } from "./clock.js";
import { Diagnosis } from "./diagnosis.js";
import { Faults } from "./faults.js";
import { Journal } from "./journal.js";
import { Phones } from "./phones.js";
import { Raw } from "./raw.js";
import { World } from "./world.js";

const SCREENS = {
  phones: Phones,
  journal: Journal,
  faults: Faults,
  world: World,
  diagnosis: Diagnosis,
  raw: Raw,
};

function where() {
  const [screen, ...rest] = location.hash.slice(1).split("/");
  return { screen: SCREENS[screen] ? screen : "phones", rest };
}

function Tabs({ screen, faults }) {
  return html`<nav class="tabs" aria-label=${t("nav")}>
    ${Object.keys(SCREENS).map(
      (each) => html`<a
        key=${each}
        href="#${each}"
        class=${each === screen ? "tab here" : "tab"}
        aria-current=${each === screen ? "page" : undefined}
      >
        <${Icon} name=${each} />
        <span>${t(`nav.${each}`)}</span>
        ${each === "faults" && faults > 0 &&
        html`<span class="count" aria-label=${t("faults.active", { count: faults })}
          >${faults}</span
        >`}
      </a>`,
    )}
  </nav>`;
}

function Connection({ connected }) {
  const words = t(connected ? "live.on" : "live.off");
  return html`<span class="live ${connected ? "on" : "off"}" role="status" title=${words}>
    <span class="dot"></span><span class="live-words">${words}</span>
  </span>`;
}

function App() {
  const state = useStore();
  const [place, setPlace] = useState(where());
  const [, redraw] = useState(0);
  const [theme, setShown] = useState(kept());
  useEffect(() => {
    const move = () => setPlace(where());
    addEventListener("hashchange", move);
    return () => removeEventListener("hashchange", move);
  }, []);
  const Screen = SCREENS[place.screen];
  const speak = (next) => {
    setLang(next);
    redraw((count) => count + 1);
  };
  const dress = (next) => {
    setTheme(next);
    setShown(next);
  };
  return html`<a class="skip" href="#${place.screen}" onClick=${(event) => {
      event.preventDefault();
      document.getElementById("main").focus();
    }}>${t("skip")}</a>
    <header class="top">
      <h1 class="brand"><img src="icon.svg" alt="" width="26" height="26" /><span>wa-simulator</span></h1>
      <span class="fake" title=${t("fake.long")}>${t("fake")}</span>
      <${Tabs} screen=${place.screen} faults=${state.faults.faults.length} />
      <div class="tools">
        <${Connection} connected=${state.connected} />
        <${ClockPanel} />
        <${Choice} label=${t("language")} value=${lang()} options=${LANGUAGES}
          names=${(each) => t(`language.${each}`)} onChange=${speak} />
        <${Choice} label=${t("theme")} value=${theme} options=${THEMES}
          names=${(each) => t(`theme.${each}`)} onChange=${dress} />
      </div>
    </header>
    <main id="main" tabindex="-1" class="screen ${place.screen}">
      ${state.world
        ? html`<${Screen} rest=${place.rest} />`
        : html`<p class="loading">${t("loading")}</p>`}
    </main>
    <${Notes} />`;
}

setLang(lang());
setTheme(kept());
connect();
render(html`<${App} />`, document.getElementById("app"));
