package io.shiplog.command.kind.admissionregistration;

import static io.shiplog.command.kind.tree.Trees.defaultNumber;
import static io.shiplog.command.kind.tree.Trees.defaultText;
import static io.shiplog.command.kind.tree.Trees.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** ValidatingWebhookConfigurations and MutatingWebhookConfigurations: servers to ask about requests. They are not called yet. */
final class WebhookConfigurationKind implements Kind {
    private static final int TIMEOUT_SECONDS = 10;
    private static final int HTTPS = 443;

    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.number(
                    "Webhooks",
                    "Webhooks indicates the number of webhooks registered in this configuration",
                    (object, now) -> object.path("webhooks").size()),
            MetaColumns.AGE);

    private final boolean mutating;

    WebhookConfigurationKind(boolean mutating) {
        this.mutating = mutating;
    }

    @Override
    public KindDescription description() {
        String verb = mutating ? "Mutating" : "Validating";
        return KindDescription.draft(
                        AdmissionRegistrationKinds.GROUP,
                        "v1",
                        verb + "WebhookConfiguration",
                        mutating ? "mutatingwebhookconfigurations" : "validatingwebhookconfigurations",
                        Scope.CLUSTER)
                .columns(COLUMNS)
                .categories(AdmissionRegistrationKinds.CATEGORY)
                .done();
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public void setDefaults(ObjectNode configuration) {
        for (ObjectNode hook : objects(configuration, "webhooks")) {
            if (!hook.has("clientConfig")) {
                hook.putObject("clientConfig");
            }
            defaultText(hook, "failurePolicy", "Fail");
            RuleDefaults.matching(hook);
            defaultNumber(hook, "timeoutSeconds", TIMEOUT_SECONDS);
            if (mutating) {
                defaultText(hook, "reinvocationPolicy", "Never");
            }
            RuleDefaults.scopes(hook, "rules");
            if (Trees.at(hook, "clientConfig", "service") instanceof ObjectNode service) {
                defaultNumber(service, "port", HTTPS);
            }
        }
    }

    @Override
    public void validate(ObjectNode configuration, FieldErrors errors) {
        ExpressionBudget budget = new ExpressionBudget();
        Set<String> names = new HashSet<>();
        int index = 0;
        for (JsonNode hook : configuration.path("webhooks")) {
            String path = "webhooks[" + index++ + "]";
            WebhookValidation.webhook(hook, mutating, budget, path, errors);
            String name = Trees.text(hook, "name");
            if (!name.isEmpty() && !names.add(name)) {
                errors.duplicate(path + ".name", name);
            }
        }
    }

    @Override
    public List<String> warnings(ObjectNode configuration) {
        return RuleDefaults.nameWarnings(configuration);
    }
}
