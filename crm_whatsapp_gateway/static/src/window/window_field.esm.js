import {useClock, windowLeft} from "./window_left.esm";
import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const LOOKS = {
    open: "text-success",
    soon: "text-warning fw-bold",
    closed: "text-muted",
};

/** Time left to answer a customer freely; runs down while one looks at it. */
export class WhatsappWindowField extends Component {
    static template = "crm_whatsapp_gateway.WindowField";
    static props = {...standardFieldProps};

    setup() {
        this.clock = useClock();
    }
    get end() {
        return this.props.record.data[this.props.name];
    }
    get left() {
        return windowLeft(this.end, this.clock.now);
    }
    get look() {
        return LOOKS[this.left.level];
    }
    get title() {
        return this.left.level === "closed"
            ? _t("More than 24 hours without a message of the customer")
            : _t("Until %s", this.end.toLocaleString(luxon.DateTime.DATETIME_SHORT));
    }
}

registry.category("fields").add("whatsapp_window", {
    component: WhatsappWindowField,
    displayName: _t("WhatsApp Window"),
    supportedTypes: ["datetime"],
});

/** How long ago, as people say it: "5 minutes ago". */
export class WhatsappAgoField extends Component {
    static template = "crm_whatsapp_gateway.AgoField";
    static props = {...standardFieldProps};

    setup() {
        this.clock = useClock();
    }
    get at() {
        return this.props.record.data[this.props.name];
    }
    get words() {
        return this.at ? this.at.toRelative({base: this.clock.now, style: "short"}) : "";
    }
    get title() {
        return this.at ? this.at.toLocaleString(luxon.DateTime.DATETIME_MED) : "";
    }
}

registry.category("fields").add("whatsapp_ago", {
    component: WhatsappAgoField,
    displayName: _t("Time Ago"),
    supportedTypes: ["datetime"],
});
