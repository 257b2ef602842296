package io.shiplog.command.kind.cel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.kind.check.FieldErrors;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a kube-apiserver said of the same expressions. */
public class CelScopeTest {
    private static final CelScope REQUEST = CelScope.ofRequest(true, true);
    private static final List<String> BOOL = List.of("bool");
    private static final String OPERAND =
            "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "object.;1:8: Syntax error: no viable alternative at input '.'; | object.; | .......^",
                "2026-01-01T00:00:00Z;1:11: Syntax error: mismatched input 'T00' expecting <EOF>; | 2026-01-01T00:00:00Z; | ..........^",
                "10.0.0.1;1:5: Syntax error: mismatched input '.0' expecting <EOF>; | 10.0.0.1; | ....^",
                "$(X);1:1: Syntax error: token recognition error at: '$'; | $(X); | ^",
                "True;1:1: undeclared reference to 'True' (in container ''); | True; | ^",
                "request.nope;1:8: undefined field 'nope'; | request.nope; | .......^",
                "size('a') > 'b';1:11: found no matching overload for '_>_' applied to '(int, string)'; | size('a') > 'b'; | ..........^",
            })
    void what_does_not_compile_is_refused_in_kubernetes_words(
            String expression, String message, String line, String mark) {
        assertEquals(
                "compilation failed: ERROR: <input>:" + message + "\n " + line + "\n " + mark,
                REQUEST.problem(expression, BOOL));
    }

    @Test
    void several_errors_are_one_message() {
        assertEquals(
                "compilation failed: ERROR: <input>:1:1: Syntax error: mismatched input '*' expecting " + OPERAND
                        + "\n | *\n | ^\nERROR: <input>:1:2: Syntax error: mismatched input '<EOF>' expecting "
                        + OPERAND
                        + "\n | *\n | .^",
                REQUEST.problem("*", BOOL));
        assertEquals(
                "compilation failed: ERROR: <input>:1:0: Syntax error: mismatched input '<EOF>' expecting " + OPERAND,
                REQUEST.problem("", BOOL),
                "nothing has no line to show");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "object.metadata.name + 1;must evaluate to bool but got int",
                "'x';must evaluate to bool but got string",
                "object.metadata;must evaluate to bool but got dyn",
                "[1, 2];must evaluate to bool but got list(int)",
            })
    void a_value_of_another_type_is_refused(String expression, String message) {
        assertEquals(message, REQUEST.problem(expression, BOOL));
        assertEquals(
                message.replace("bool", "one of [bool bytes]"), REQUEST.problem(expression, List.of("bool", "bytes")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "object.spec.replicas <= params.maxReplicas",
                "object.spec.template.spec.containers.all(c, c.image.startsWith('registry.example.com/'))",
                "!has(object.metadata.labels) || object.metadata.labels['app'].find('[0-9]+') == '7'",
                "request.userInfo.groups.exists(g, g == 'system:masters') && request.operation in ['CREATE', 'UPDATE']",
                "authorizer.group('apps').resource('deployments').namespace('a').check('create').allowed()",
                "authorizer.serviceAccount('a', 'b').path('/healthz').check('get').reason() == ''",
                "authorizer.requestResource.check('custom').errored()",
                "namespaceObject.metadata.labels['environment'] == 'prod'",
                "object.?spec.?replicas.orValue(1) > 2 && optional.of(1).hasValue()",
                "object.spec.items.all(i, v, v > i)",
                "quantity('1Gi').add(quantity('1Mi')).isLessThan(quantity('2Gi')) && isQuantity('1')",
                "ip('1.2.3.4').family() == 4 && ip.isCanonical('::1') && cidr('10.0.0.0/8').containsIP('10.1.1.1')",
                "url('https://a:1/b').getPort() == '1' && isURL('x')",
                "semver('1.2.3').major() == 1 && isSemver('v1.0', true)",
                "!format.dns1123Label().validate('x').hasValue() && format.named('uuid').hasValue()",
                "[1, 2].sum() == 3 && ['b', 'a'].isSorted() && [1].indexOf(1) == 0 && [3, 1].sort() == [1, 3]",
                "'a,b'.split(',').join('-').upperAscii() == 'A-B' && '%d'.format([1]) == '1'",
                "sets.contains([1, 2], [1]) && {'a': 1}.size() == 1",
                "1 < 2.0 && 1u <= 2",
                "duration('1h') > duration('1m') && timestamp('2026-01-01T00:00:00Z').getFullYear() == 2026",
            })
    void what_kubernetes_documents_compiles(String expression) {
        assertNull(REQUEST.problem(expression, BOOL));
    }

    @Test
    void a_scope_has_its_variables_and_no_others() {
        assertNull(CelScope.ofDevice()
                .problem(
                        "device.driver == 'a' && device.attributes['a'].b == 'c' && device.capacity['a'].d.compareTo(quantity('1')) > 0",
                        BOOL));
        for (CelScope scope : List.of(CelScope.ofDevice(), CelScope.ofRequest(false, false))) {
            assertUndeclared("params", scope);
            assertUndeclared("authorizer", scope);
            assertUndeclared("variables", scope.with(Map.of()));
        }
        assertUndeclared("object", CelScope.ofDevice());
    }

    private static void assertUndeclared(String variable, CelScope scope) {
        String problem = Objects.requireNonNull(scope.problem(variable + ".x", BOOL));
        assertTrue(problem.contains("undeclared reference to '" + variable + "'"), problem);
    }

    @Test
    void variables_have_the_types_of_their_expressions() {
        CelScope scope = REQUEST.with(
                Map.of("n", REQUEST.compile("size(object.metadata.name)"), "wrong", REQUEST.compile("nope")));
        assertNull(scope.problem("variables.n > 1 && variables.wrong", BOOL), "what does not compile may be anything");
        assertEquals("must evaluate to bool but got int", scope.problem("variables.n", BOOL));
        assertTrue(Objects.requireNonNull(scope.problem("variables.m", BOOL)).contains("undefined field 'm'"));
    }

    @Test
    void changes_are_made_of_types_with_any_fields() {
        CelScope patches = REQUEST.ofPatches();
        assertNull(patches.problem(
                "Object{spec: Object.spec{replicas: object.spec.replicas + 1, template: Object.spec.template{x: [1]}}}",
                List.of("Object")));
        assertNull(patches.problem(
                "[JSONPatch{op: 'add', path: '/x/' + jsonpatch.escapeKey('a/b'), value: 1}]",
                List.of("list(JSONPatch)")));
        assertTrue(Objects.requireNonNull(REQUEST.problem("Object{}", List.of("Object")))
                .contains("undeclared reference to 'Object'"));
    }

    @Test
    void errors_of_one_expression_end() {
        String problem = Objects.requireNonNull(REQUEST.problem("[" + "a,".repeat(150) + "a]", BOOL));
        String longLine = Objects.requireNonNull(REQUEST.problem("[" + "a,".repeat(40_000) + "a]", BOOL));

        assertEquals(100, problem.split("undeclared reference", -1).length - 1);
        assertTrue(problem.endsWith("\n51 more errors were truncated"), problem);
        assertTrue(longLine.length() < 5 * FieldErrors.MAX_CHARACTERS, () -> longLine.length() + " characters");
    }

    @Test
    void an_expression_that_is_too_long_is_not_read() {
        String problem =
                "compilation failed: ERROR: <input>:-1:0: expression code point size exceeds limit: size: 100001, limit 100000";
        assertEquals(problem, REQUEST.problem("a".repeat(100_001), BOOL));
        assertTimeoutPreemptively(
                Duration.ofSeconds(10),
                () -> assertEquals(
                        problem.replace("100001", "3000000"),
                        REQUEST.ofPatches().problem("Object".repeat(500_000), BOOL)));
    }

    /** Names and words of changes: neither costs the other's number. */
    @Test
    void hostile_changes_end() {
        StringBuilder names = new StringBuilder();
        for (int i = 0; names.length() < 90_000; i++) {
            names.append("Object.a").append(i).append("{},");
        }
        for (String expression : List.of("Object".repeat(16_000), ".".repeat(100_000), names.toString())) {
            assertTimeoutPreemptively(
                    Duration.ofSeconds(20), () -> REQUEST.ofPatches().compile(expression));
        }
    }

    /** Whatever a body holds: its size bounds the time. */
    @Test
    void hostile_expressions_end() {
        for (String expression : List.of(
                "(".repeat(100_000),
                "[".repeat(5_000) + "]".repeat(5_000),
                "1" + "+1".repeat(40_000),
                "'" + "a".repeat(1_000_000) + "'",
                "a.".repeat(50_000),
                "!".repeat(100_000) + "true",
                "{1:".repeat(2_000))) {
            assertTimeoutPreemptively(Duration.ofSeconds(20), () -> REQUEST.compile(expression));
        }
    }
}
