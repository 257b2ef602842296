package io.shiplog.node.pod.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.node.pod.desired.DesiredPod;
import io.shiplog.node.pod.desired.Pods;
import io.shiplog.node.reference.Place;
import io.shiplog.node.reference.Referred;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.projections.image.StoredObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Environments, variable by variable. */
class EnvironmentTest {
    private static final String TOO_MUCH =
            "environment, command and arguments of the container exceed 2097152 characters";
    private static final Place PLACE =
            new Place("node-a", "192.168.0.1", List.of("10.244.0.5"), 4000, 8L << 30, 100L << 30);

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "$(A), one",
        "x$(A)y$(B)z, xoneytwoz",
        "$(UNKNOWN), $(UNKNOWN)",
        "$$(A), $(A)",
        "$$$(A), $one",
        "$A, $A",
        "$(A, $(A",
        "100%$, 100%$",
        "$(), $()",
    })
    void namesInParenthesesAreReplaced(String text, String expected) throws UnresolvedException {
        assertEquals(expected, new Expansion().of(text, Map.of("A", "one", "B", "two")));
    }

    @Test
    void openParenthesesWithoutAnEndAreReadInOnePass() {
        String text = "$(".repeat(700_000);

        assertEquals(text, assertTimeoutPreemptively(Duration.ofSeconds(5), () -> new Expansion().of(text, Map.of())));
    }

    @Test
    void variablesThatDoubleEachOtherAreRefusedEarly() {
        String variables = IntStream.range(0, 60)
                .mapToObj(i ->
                        "{'name':'V%d','value':'%s'}".formatted(i + 1, i == 0 ? "x" : "$(V%d)$(V%d)".formatted(i, i)))
                .collect(Collectors.joining(","));

        UnresolvedException no = assertThrows(
                UnresolvedException.class, () -> env("{'name':'app','image':'i','env':[" + variables + "]}", Map.of()));

        assertEquals(TOO_MUCH, no.getMessage());
    }

    @Test
    void oneVariableThatNamesALongOneOftenIsRefused() {
        String env = "'env':[{'name':'A','value':'%s'},{'name':'B','value':'%s'}]"
                .formatted("x".repeat(10_000), "$(A)".repeat(100_000));

        UnresolvedException no =
                assertThrows(UnresolvedException.class, () -> env("{'name':'app','image':'i'," + env + "}", Map.of()));

        assertEquals(TOO_MUCH, no.getMessage());
    }

    @Test
    void aLargeObjectThatIsNamedOftenIsRefused() throws UnresolvedException {
        Map<String, String> objects = Map.of("configmaps/c", "{'data':{'K':'%s'}}".formatted("x".repeat(1 << 20)));
        String once = "{'prefix':'P%d','configMapRef':{'name':'c'}}";

        assertEquals(
                1,
                env("{'name':'app','image':'i','envFrom':[%s]}".formatted(once.formatted(1)), objects)
                        .size());
        UnresolvedException no = assertThrows(
                UnresolvedException.class,
                () -> env(
                        "{'name':'app','image':'i','envFrom':[%s,%s]}".formatted(once.formatted(1), once.formatted(2)),
                        objects));
        assertEquals(TOO_MUCH, no.getMessage());
    }

    private static Map<String, String> env(String container, Map<String, String> objects) throws UnresolvedException {
        DesiredPod pod = Pods.of(
                "{'containers':[" + container + "]}", "{'labels':{'tier':'web'},'annotations':{'note':'hi'}}", "{}");
        Referred referred = new Referred("default", key -> stored(key, objects.get(key.type() + "/" + key.name())));
        return new Environment(pod, referred, PLACE, new Expansion())
                .of(pod.containers().getFirst(), Map.of());
    }

    private static @org.jspecify.annotations.Nullable StoredObject stored(
            ObjectKey key, @org.jspecify.annotations.Nullable String json) {
        return json == null
                ? null
                : new StoredObject(key, 1, Json.of(Pods.parse(json)), StoredObject.Extracted.NOTHING, "");
    }

    private static String variable(String valueFrom) {
        return "{'name':'app','image':'i','env':[{'name':'V','valueFrom':" + valueFrom + "}]}";
    }

    @ParameterizedTest
    @CsvSource({
        "metadata.name, web",
        "metadata.namespace, default",
        "metadata.uid, u1",
        "\"metadata.labels['tier']\", web",
        "\"metadata.annotations['note']\", hi",
        "spec.nodeName, node-a",
        "spec.serviceAccountName, default",
        "status.hostIP, 192.168.0.1",
        "status.podIP, 10.244.0.5",
    })
    void aPodKnowsItself(String path, String expected) throws UnresolvedException {
        var field = Json.MAPPER.createObjectNode();
        field.putObject("fieldRef").put("fieldPath", path.replace("\"", ""));

        assertEquals(
                expected,
                env(variable(field.toString().replace("'", "\\u0027")), Map.of())
                        .get("V"));
    }

    @ParameterizedTest
    @CsvSource({
        "limits.cpu, '', 1",
        "limits.cpu, 1m, 500",
        "requests.cpu, 1m, 250",
        "limits.memory, 1Mi, 64",
        "requests.memory, 1Ki, 65536",
        "limits.ephemeral-storage, 1Gi, 100",
        "requests.ephemeral-storage, '', 0",
    })
    void itKnowsItsResourcesInTheUnitThatItWants(String resource, String divisor, String expected)
            throws UnresolvedException {
        String container = "{'name':'app','image':'i','resources':{'limits':{'cpu':'500m','memory':'64Mi'},"
                + "'requests':{'cpu':'250m'}},'env':[{'name':'V','valueFrom':{'resourceFieldRef':{'resource':'"
                + resource
                + "','divisor':'" + divisor + "'}}}]}";

        assertEquals(expected, env(container, Map.of()).get("V"));
    }

    @Test
    void laterOnesWinAndSeeTheEarlierOnes() throws UnresolvedException {
        Map<String, String> env = env(
                "{'name':'app','image':'i','envFrom':[{'prefix':'P_','configMapRef':{'name':'c'}},{'secretRef':{'name':'s'}}],"
                        + "'env':[{'name':'K','value':'own'},{'name':'SUM','value':'$(P_K)+$(K)+$(LATER)'},{'name':'LATER','value':'x'}]}",
                Map.of("configmaps/c", "{'data':{'K':'from-c'}}", "secrets/s", "{'data':{'K':'ZnJvbS1z'}}"));

        assertEquals("from-c", env.get("P_K"));
        assertEquals("own", env.get("K"));
        assertEquals("from-c+own+$(LATER)", env.get("SUM"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'configMapKeyRef':{'name':'no','key':'k'}} | configmap \"no\" not found",
                "{'secretKeyRef':{'name':'no','key':'k'}} | secret \"no\" not found",
                "{'configMapKeyRef':{'name':'c','key':'no'}} | couldn't find key no in ConfigMap default/c",
                "{'secretKeyRef':{'name':'s','key':'no'}} | couldn't find key no in Secret default/s",
                "{'fieldRef':{'fieldPath':'spec.no'}} | unsupported fieldPath: spec.no",
            },
            quoteCharacter = '~')
    void whatIsMissingIsNamedAsKubernetesNamesIt(String valueFrom, String message) {
        UnresolvedException no = assertThrows(
                UnresolvedException.class,
                () -> env(
                        variable(valueFrom),
                        Map.of("configmaps/c", "{'data':{'K':'v'}}", "secrets/s", "{'data':{'K':'dg=='}}")));

        assertEquals(message, no.getMessage());
    }

    @Test
    void whatIsOptionalAndMissingIsLeftOut() throws UnresolvedException {
        Map<String, String> env = env(
                "{'name':'app','image':'i','envFrom':[{'configMapRef':{'name':'no','optional':true}}],'env':[{'name':'V',"
                        + "'valueFrom':{'secretKeyRef':{'name':'no','key':'k','optional':true}}}]}",
                Map.of());

        assertEquals(Map.of(), env);
    }
}
