import {onWillDestroy, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";

const HOUR = 60;
// Below this many minutes it is shown as urgent.
const SOON = 2 * HOUR;

/**
 * How long a customer may still be answered, in words.
 *
 * @param {luxon.DateTime|false} end end of the 24 hour window
 * @param {luxon.DateTime} now
 * @returns {{text: String, level: "open"|"soon"|"closed"}}
 */
export function windowLeft(end, now) {
    const minutes = end ? Math.ceil(end.diff(now, "minutes").minutes) : 0;
    if (minutes <= 0) {
        return {text: _t("Only templates"), level: "closed"};
    }
    const level = minutes < SOON ? "soon" : "open";
    if (minutes < HOUR) {
        return {text: _t("%s min left", minutes), level};
    }
    const hours = Math.floor(minutes / HOUR);
    const rest = minutes % HOUR;
    const text = rest
        ? _t("%(hours)s h %(rest)s min left", {hours, rest})
        : _t("%s h left", hours);
    return {text, level};
}

/**
 * A clock that has the component drawn again as time passes.
 *
 * @returns {{now: luxon.DateTime}}
 */
export function useClock() {
    const clock = useState({now: luxon.DateTime.now()});
    // Minutes are shown; half of one keeps the error below what anybody sees.
    const timer = browser.setInterval(() => (clock.now = luxon.DateTime.now()), 30000);
    onWillDestroy(() => browser.clearInterval(timer));
    return clock;
}
