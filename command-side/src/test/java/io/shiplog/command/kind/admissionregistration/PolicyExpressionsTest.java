package io.shiplog.command.kind.admissionregistration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which expressions of policies and webhooks are compiled, and which variables each of them has. */
public class PolicyExpressionsTest {
    private static final String GROUP = "admissionregistration.k8s.io";
    private static final String MATCH =
            "'matchConstraints':{'resourceRules':[{'apiGroups':['apps'],'apiVersions':['v1'],"
                    + "'operations':['CREATE'],'resources':['deployments']}]}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'validations':[{'expression':'nope'}] | spec.validations[0].expression: nope",
                "'validations':[{'expression':'params.x'}] | spec.validations[0].expression: params",
                "'validations':[{'expression':'variables.a'}] | spec.validations[0].expression: variables",
                "'validations':[{'expression':'true','messageExpression':'authorizer.x'}] | spec.validations[0].messageExpression: authorizer",
                "'validations':[{'expression':'true'}],'matchConditions':[{'name':'a','expression':' nope'}] |"
                        + " spec.matchConditions[0].expression: nope",
                "'validations':[{'expression':'true'}],'auditAnnotations':[{'key':'a','valueExpression':'nope'}] |"
                        + " spec.auditAnnotations[0].valueExpression: nope",
                "'validations':[{'expression':'true'}],'variables':[{'name':'b','expression':'variables.a'},{'name':'a','expression':'1'}] |"
                        + " spec.variables[0].expression: variables",
            })
    void an_unknown_variable_is_refused_where_it_is(String spec, String problem) {
        String[] expected = problem.split(": ");
        List<String> problems = validating(spec);
        assertEquals(1, problems.size(), problems::toString);
        String message = problems.getFirst();
        assertEquals(expected[0], message.substring(0, message.indexOf(": ")));
        assertEquals(
                "undeclared reference to '" + expected[1] + "' (in container '')",
                message.lines().findFirst().orElseThrow().replaceAll(".*(undeclared .*)", "$1"));
    }

    @Test
    void variables_are_known_to_all_that_follow() {
        assertEquals(
                List.of(),
                validating(
                        "'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},'variables':[{'name':'a','expression':'1'},"
                                + "{'name':'b','expression':'variables.a + 1'}],'validations':[{'expression':'variables.b > int(params.data.x)',"
                                + "'messageExpression':'string(variables.b)'}],'auditAnnotations':[{'key':'a','valueExpression':'string(variables.a)'}]"));
    }

    @Test
    void a_value_must_have_the_type_of_its_place() {
        assertEquals(
                List.of(
                        "spec.validations[0].expression: Invalid value: \"1\": must evaluate to bool but got int",
                        "spec.validations[0].messageExpression: Invalid value: \"1\": must evaluate to string but got int",
                        "spec.auditAnnotations[0].valueExpression: Invalid value: \"1\": must evaluate to one of [string null_type] but got int"),
                validating("'validations':[{'expression':'1','messageExpression':'1'}],"
                        + "'auditAnnotations':[{'key':'a','valueExpression':'1'}]"));
    }

    @Test
    void a_mutation_makes_a_change() {
        assertEquals(
                List.of(),
                mutating(
                        "'applyConfiguration':{'expression':'Object{spec: Object.spec{replicas: 1}}'},'patchType':'ApplyConfiguration'"));
        assertEquals(
                List.of(
                        "spec.mutations[0].jsonPatch.expression: Invalid value: \"1\": must evaluate to list(JSONPatch) but got int"),
                mutating("'jsonPatch':{'expression':' 1 '},'patchType':'JSONPatch'"));
    }

    @Test
    void beyond_the_budget_nothing_is_compiled() {
        String validations = "{'expression':'true'},".repeat(ExpressionBudget.MAX_EXPRESSIONS);
        assertEquals(
                List.of(
                        "spec.validations[512].expression: Forbidden: not compiled: all expressions together may be at most 512 and have at most 300000 characters"),
                validating("'validations':[" + validations + "{'expression':'nope'}]"));
    }

    @Test
    void too_many_conditions_are_not_compiled() {
        String conditions = "{'name':'a','expression':'nope'},".repeat(64);
        assertEquals(
                List.of("spec.matchConditions: Too many: 65: must have at most 64 items"),
                validating("'validations':[{'expression':'true'}],'matchConditions':[" + conditions
                        + "{'name':'b','expression':'nope'}]"));
    }

    @Test
    void conditions_of_webhooks_are_compiled() {
        String hook =
                "{'metadata':{'name':'a'},'webhooks':[{'name':'a.b.c','sideEffects':'None','admissionReviewVersions':['v1'],"
                        + "'clientConfig':{'url':'https://a.example'},'matchConditions':[{'name':'a','expression':'%s'}]}]}";
        ResourceType hooks = new ResourceType(GROUP, "validatingwebhookconfigurations");
        assertEquals(
                List.of(),
                Samples.problems(hooks, hook.formatted("authorizer.path(request.name).check(object.x).allowed()")));
        assertEquals(
                List.of(
                        "webhooks[0].matchConditions[0].expression: Invalid value: \"1\": must evaluate to bool but got int"),
                Samples.problems(hooks, hook.formatted("1")));
    }

    private static List<String> validating(String spec) {
        return Samples.problems(
                new ResourceType(GROUP, "validatingadmissionpolicies"),
                "{'metadata':{'name':'a'},'spec':{" + MATCH + "," + spec + "}}");
    }

    private static List<String> mutating(String mutation) {
        return Samples.problems(
                new ResourceType(GROUP, "mutatingadmissionpolicies"),
                "{'metadata':{'name':'a'},'spec':{" + MATCH + ",'reinvocationPolicy':'Never','mutations':[{" + mutation
                        + "}]}}");
    }
}
