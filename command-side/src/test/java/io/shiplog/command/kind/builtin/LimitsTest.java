package io.shiplog.command.kind.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.command.TestKinds;
import io.shiplog.command.kind.check.Checks;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.command.kind.check.Names;
import io.shiplog.command.kind.schema.Decoding;
import io.shiplog.command.kind.schema.SchemaValidation;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Quantity;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever one request says, checking it takes a time and a memory that its size bounds: one thread decides for all. */
public class LimitsTest {
    private static final ResourceType PODS = ResourceType.core("pods");
    private static final KindDescription POD = Objects.requireNonNull(TestKinds.CATALOGUE.get(PODS));
    private static final Duration LONG = Duration.ofSeconds(10);

    @ParameterizedTest
    @ValueSource(strings = {"'9%s'", "'0.%s1'", "'1%sMi'", "1%s", "'%s'"})
    void a_quantity_of_a_million_digits_is_refused_at_once(String form) {
        String quantity = form.formatted("0".repeat(form.startsWith("'") ? 1_000_000 : 900));
        Json pod = json("{'metadata':{'name':'a'},'spec':{'containers':[{'name':'a','resources':{'requests':{'cpu':"
                + quantity + "}}}]}}");
        Refusal refusal = assertTimeoutPreemptively(LONG, () -> refused(pod));
        assertEquals(422, refusal.reason().code());
        assertEquals(
                "Pod \"\" is invalid: spec.containers[0].resources.requests.cpu: Too long: may not be more than 128 bytes",
                refusal.message());
    }

    @Test
    void a_long_text_that_is_no_quantity_is_refused_at_once() {
        Json pod = json("{'metadata':{'name':'a'},'spec':{'containers':[{'name':'a','resources':{'requests':{'cpu':'1"
                + "0".repeat(1_000_000) + "x'}}}]}}");
        Refusal refusal = assertTimeoutPreemptively(LONG, () -> refused(pod));
        assertEquals(400, refusal.reason().code());
        assertTrue(refusal.message().endsWith(Quantity.FORMAT_WRONG), refusal::message);
    }

    private static Refusal refused(Json body) {
        Decoding decoding = new SchemaValidation(Schemas.builtIn())
                .decode(POD, POD.versions().getFirst(), body, FieldValidation.STRICT);
        return assertInstanceOf(Decoding.Refused.class, decoding).refusal();
    }

    @Test
    void names_of_any_length_are_told_without_recursion() {
        for (String name : List.of("a.".repeat(1_000_000) + "a", "a".repeat(1_000_000), "-".repeat(1_000_000))) {
            assertTimeoutPreemptively(LONG, () -> {
                assertFalse(Names.subdomain(name).isEmpty());
                assertFalse(Names.qualified(name + "/b").isEmpty());
                assertFalse(Names.qualified(name).isEmpty());
                assertFalse(Names.labelValue(name).isEmpty());
                assertFalse(Names.label1035(name).isEmpty());
                assertFalse(Names.portName(name).isEmpty());
                assertFalse(Checks.isIp(name));
            });
        }
        assertFalse(Checks.isIp("1:".repeat(500_000)));
        assertTrue(Checks.isIp("fe80:0000:0000:0000:0000:0000:ffff:ffff"));
        assertEquals(List.of(), Names.subdomain("a.b-c.d"));
        assertFalse(Names.subdomain("a..b").isEmpty());
        assertFalse(Names.subdomain("").isEmpty());
    }

    @Test
    void a_refusal_is_bounded_however_much_is_wrong() {
        FieldErrors errors = new FieldErrors();
        String large = "x".repeat(1_000_000);
        assertTimeoutPreemptively(LONG, () -> {
            for (int i = 0; i < 100_000; i++) {
                errors.invalid("spec.list[" + i + "]", large, "wrong");
                errors.notFound("spec.list[" + i + "]", large);
            }
        });
        Refusal refusal = errors.refusal("Pod", ObjectKey.of(PODS, "shop", "a"));
        assertTrue(refusal.message().length() < 200_000);
        assertTrue(refusal.causes().size() <= FieldErrors.MAX_CAUSES);

        FieldErrors many = new FieldErrors();
        for (int i = 0; i < 100_000; i++) {
            many.required("spec.list[" + i + "]", "");
        }
        assertEquals(FieldErrors.MAX_CAUSES, many.causes().size());
    }

    /** Each of them was walked through once for each of its items. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'containers':[{'name':'a','image':'b','env':[%s]}]} | {'name':'e%d','value':'x'}",
                "{'containers':[{'name':'a','image':'b','ports':[%s]}]} | {'containerPort':80,'name':'p%d'}",
                "{'containers':[%s]} | {'name':'a%d','image':'b'}",
                "{'containers':[{'name':'a','image':'b'}],'volumes':[%s]} | {'name':'a%d','emptyDir':{}}",
                "{'containers':[{'name':'a','image':'b','volumeMounts':[%s]}],'volumes':[{'name':'v','emptyDir':{}}]} | "
                        + "{'name':'v','mountPath':'/%d'}",
                "{'containers':[{'name':'a','image':'b'}],'tolerations':[%s]} | {'key':'a%d','operator':'Exists'}",
                "{'containers':[{'name':'a','image':'b'}],'schedulingGates':[%s]} | {'name':'a%d'}",
                "{'containers':[{'name':'a','image':'b'}],'hostAliases':[%s]} | {'ip':'10.0.0.1','hostnames':['a%d']}",
                "{'containers':[{'name':'a','image':'b'}],'topologySpreadConstraints':[%s]} | "
                        + "{'maxSkew':1,'topologyKey':'k%d','whenUnsatisfiable':'ScheduleAnyway'}",
            })
    void long_lists_of_a_pod_are_checked_in_time(String form) {
        String[] parts = form.split(" \\| ");
        String spec = parts[0].formatted(
                IntStream.range(0, 20_000).mapToObj(parts[1]::formatted).collect(Collectors.joining(",")));
        assertTimeoutPreemptively(LONG, () -> {
            var pod = Samples.defaulted(PODS, "{'metadata':{'name':'a','namespace':'shop'},'spec':" + spec + "}");
            FieldErrors errors = new FieldErrors();
            Samples.strategy(PODS).validate(pod, errors);
            Samples.strategy(PODS).validateUpdate(pod, pod.deepCopy(), errors);
            Samples.strategy(PODS).warnings(pod);
        });
    }

    private static Json json(String singleQuoted) {
        return Json.of(singleQuoted.replace('\'', '"'));
    }
}
