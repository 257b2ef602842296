package io.shiplog.command.kind.admissionregistration;

import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** ValidatingAdmissionPolicyBindings and MutatingAdmissionPolicyBindings: where a policy holds, and with which parameters. */
final class PolicyBindingKind implements Kind {
    private static final List<Column> COLUMNS = List.of(
            MetaColumns.NAME,
            MetaColumns.text(
                    "PolicyName",
                    "PolicyName indicates the policy definition which the policy binding binded to",
                    (binding, now) -> text(binding, "spec", "policyName")),
            MetaColumns.text(
                    "ParamRef",
                    "ParamRef indicates the param resource which sets the configuration param",
                    (binding, now) -> param(Trees.at(binding, "spec", "paramRef"))),
            MetaColumns.AGE);

    private final boolean mutating;

    PolicyBindingKind(boolean mutating) {
        this.mutating = mutating;
    }

    private static String param(JsonNode reference) {
        String name = text(reference, "name");
        String namespace = text(reference, "namespace");
        if (!name.isEmpty()) {
            return (namespace.isEmpty() ? "*" : namespace) + "/" + name;
        }
        return reference.path("selector").isObject() ? goText(reference.path("selector")) : MetaColumns.UNSET;
    }

    /** Kubernetes prints its struct. */
    private static String goText(JsonNode selector) {
        TreeMap<String, String> labels = new TreeMap<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        String map = labels.entrySet().stream()
                .map(label -> label.getKey() + ": " + label.getValue() + ",")
                .collect(Collectors.joining());
        StringBuilder requirements = new StringBuilder();
        selector.path("matchExpressions")
                .forEach(each -> requirements.append("LabelSelectorRequirement{Key:%s,Operator:%s,Values:[%s],},"
                        .formatted(
                                text(each, "key"),
                                text(each, "operator"),
                                String.join(" ", Trees.texts(each.path("values"))))));
        return "&LabelSelector{MatchLabels:map[string]string{%s},MatchExpressions:[]LabelSelectorRequirement{%s},}"
                .formatted(map, requirements);
    }

    @Override
    public KindDescription description() {
        return KindDescription.draft(
                        AdmissionRegistrationKinds.GROUP,
                        "v1",
                        mutating ? "MutatingAdmissionPolicyBinding" : "ValidatingAdmissionPolicyBinding",
                        mutating ? "mutatingadmissionpolicybindings" : "validatingadmissionpolicybindings",
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
    public void setDefaults(ObjectNode binding) {
        if (Trees.object(binding, "spec").get("matchResources") instanceof ObjectNode resources) {
            RuleDefaults.resources(resources);
        }
    }

    @Override
    public void validate(ObjectNode binding, FieldErrors errors) {
        PolicyValidation.binding(binding.path("spec"), mutating, errors);
    }

    @Override
    public List<String> warnings(ObjectNode binding) {
        return RuleDefaults.nameWarnings(binding);
    }
}
