import {
    Component,
    onWillDestroy,
    onWillStart,
    onWillUpdateProps,
    useState,
} from "@odoo/owl";
import {useClock, windowLeft} from "../window/window_left.esm";
import {ActionPanel} from "@mail/discuss/core/common/action_panel";
import {deserializeDateTime} from "@web/core/l10n/dates";
import {useService} from "@web/core/utils/hooks";

const BADGES = {
    us: "text-bg-warning",
    customer: "text-bg-success",
    expired: "text-bg-info",
    failed: "text-bg-danger",
    closed: "text-bg-secondary",
};
// What the server says when a conversation or its lead changes, without content.
const SIGNAL = "crm_whatsapp_gateway.conversation";

/** Who the customer of a WhatsApp conversation is to us, beside the conversation. */
export class WhatsappLeadPanel extends Component {
    static template = "crm_whatsapp_gateway.LeadPanel";
    static components = {ActionPanel};
    static props = ["thread", "*"];

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({conversation: null});
        this.clock = useClock();
        // Signals may come faster than answers: only the last answer counts.
        this.asked = 0;
        const bus = useService("bus_service");
        const onSignal = ({channel_id}) => {
            if (channel_id === this.props.thread.id) {
                this.load(channel_id);
            }
        };
        bus.subscribe(SIGNAL, onSignal);
        // Also where it never came to be shown: it may not ask any more.
        onWillDestroy(() => bus.unsubscribe(SIGNAL, onSignal));
        onWillStart(() => this.load(this.props.thread.id));
        onWillUpdateProps((props) => {
            if (props.thread.id !== this.props.thread.id) {
                return this.load(props.thread.id);
            }
        });
    }
    async load(channelId) {
        const number = ++this.asked;
        const found = await this.orm.silent.call("discuss.channel", "whatsapp_panel", [
            channelId,
        ]);
        if (number === this.asked) {
            this.state.conversation = found;
        }
    }
    get conversation() {
        return this.state.conversation;
    }
    get badge() {
        return BADGES[this.conversation.state] || "text-bg-secondary";
    }
    get left() {
        const end = this.conversation.window_end;
        return windowLeft(end && deserializeDateTime(end), this.clock.now);
    }
    openLead(leadId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.lead",
            res_id: leadId,
            views: [[false, "form"]],
        });
    }
    async compose() {
        const action = await this.orm.call("crm.lead", "action_whatsapp_compose", [
            [this.conversation.lead.id],
        ]);
        return this.action.doAction(action);
    }
    async toggleClosed() {
        const method =
            this.conversation.state === "closed"
                ? "action_whatsapp_reopen"
                : "action_whatsapp_close";
        await this.orm.call("discuss.channel", method, [[this.props.thread.id]]);
        await this.load(this.props.thread.id);
    }
}
