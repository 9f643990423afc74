// The one entry to the vendored library: everything else imports from here.
// Templates make elements and text nodes only; no string ever becomes HTML.
export {
  html,
  render,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "../vendor/htm-preact.js";
