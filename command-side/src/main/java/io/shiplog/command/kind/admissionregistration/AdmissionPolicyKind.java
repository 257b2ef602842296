package io.shiplog.command.kind.admissionregistration;

import static io.shiplog.command.kind.tree.Trees.defaultText;
import static io.shiplog.command.kind.tree.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.DecidedState;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.kind.Column;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.MetaColumns;
import io.shiplog.events.kind.Scope;
import java.util.List;

/** ValidatingAdmissionPolicies and MutatingAdmissionPolicies: expressions about requests. They are not evaluated yet. */
final class AdmissionPolicyKind implements Kind {
    private final boolean mutating;

    AdmissionPolicyKind(boolean mutating) {
        this.mutating = mutating;
    }

    private List<Column> columns() {
        return List.of(
                MetaColumns.NAME,
                mutating
                        ? MetaColumns.number(
                                "Mutations",
                                "Mutation indicates the number of mutations rules defined in this configuration",
                                (policy, now) ->
                                        Trees.at(policy, "spec", "mutations").size())
                        : MetaColumns.number(
                                "Validations",
                                "Validations indicates the number of validation rules defined in this configuration",
                                (policy, now) ->
                                        Trees.at(policy, "spec", "validations").size()),
                MetaColumns.text(
                        "ParamKind",
                        "ParamKind specifies the kind of resources used to parameterize this policy",
                        (policy, now) -> param(Trees.at(policy, "spec", "paramKind"))),
                MetaColumns.AGE);
    }

    private static String param(JsonNode kind) {
        return kind.isObject() ? text(kind, "apiVersion") + "/" + text(kind, "kind") : MetaColumns.UNSET;
    }

    @Override
    public KindDescription description() {
        KindDescription.Draft draft = KindDescription.draft(
                        AdmissionRegistrationKinds.GROUP,
                        "v1",
                        mutating ? "MutatingAdmissionPolicy" : "ValidatingAdmissionPolicy",
                        mutating ? "mutatingadmissionpolicies" : "validatingadmissionpolicies",
                        Scope.CLUSTER)
                .columns(columns())
                .categories(AdmissionRegistrationKinds.CATEGORY);
        return mutating ? draft.done() : draft.subresources("status").done();
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public void setDefaults(ObjectNode policy) {
        ObjectNode spec = Trees.object(policy, "spec");
        defaultText(spec, "failurePolicy", "Fail");
        if (spec.get("matchConstraints") instanceof ObjectNode resources) {
            RuleDefaults.resources(resources);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode policy, DecidedState state) {
        policy.remove("status");
        if (!mutating) {
            policy.putObject("status");
        }
    }

    @Override
    public void validate(ObjectNode policy, FieldErrors errors) {
        PolicyValidation.policy(policy, mutating, errors);
    }

    @Override
    public List<String> warnings(ObjectNode policy) {
        return RuleDefaults.nameWarnings(policy);
    }
}
