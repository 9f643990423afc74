import {Component, onWillUnmount, xml} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const EVERY = 2000;

/**
 * Reads the record again while something works on it. No bus: a migration sends
 * browsers nothing, and its own figures prove it.
 */
export class WhatsappMigrationLive extends Component {
    static template = xml``;
    static props = {...standardWidgetProps};

    setup() {
        this.timer = setInterval(() => this.look(), EVERY);
        onWillUnmount(() => clearInterval(this.timer));
    }

    async look() {
        const {record} = this.props;
        if (!record.data.at_work || (await record.isDirty())) {
            return;
        }
        await record.load();
    }
}

registry.category("view_widgets").add("whatsapp_migration_live", {
    component: WhatsappMigrationLive,
});
