package io.shiplog.command.kind.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.RandomObjects;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GoOrderTest {
    private static Schema.Struct schema(String kind) {
        return Objects.requireNonNull(Schemas.builtIn().of("", "v1", kind));
    }

    static Stream<Arguments> orders() {
        return Stream.of(
                // Declared beside one another, whatever their numbers in protobuf.
                arguments(
                        "Service",
                        "{'spec':{'type':'ClusterIP','clusterIPs':['a'],'clusterIP':'a','ports':[{'port':1,'name':'x'}]},"
                                + "'kind':'Service','apiVersion':'v1','metadata':{'labels':{'b':'1','a':'2'},'name':'s'}}",
                        "{'kind':'Service','apiVersion':'v1','metadata':{'name':'s','labels':{'a':'2','b':'1'}},"
                                + "'spec':{'ports':[{'name':'x','port':1}],'clusterIP':'a','clusterIPs':['a'],'type':'ClusterIP'}}"),
                // Embedded structs, and a field that the schema does not have.
                arguments(
                        "Pod",
                        "{'spec':{'x':1,'containers':[{'livenessProbe':{'periodSeconds':1,'httpGet':{}},'name':'c'}],"
                                + "'volumes':[{'emptyDir':{},'name':'v'}]}}",
                        "{'spec':{'volumes':[{'name':'v','emptyDir':{}}],"
                                + "'containers':[{'name':'c','livenessProbe':{'httpGet':{},'periodSeconds':1}}],'x':1}}"));
    }

    @ParameterizedTest
    @MethodSource("orders")
    void fields_are_in_the_order_of_gos_structs(String kind, String given, String ordered) {
        assertEquals(
                ordered.replace('\'', '"'),
                GoOrder.of(schema(kind), Json.of(given.replace('\'', '"')).tree())
                        .toString());
    }

    @Test
    void nothing_is_lost() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Schema.Struct pods = schema("Pod");
        for (int i = 0; i < 100; i++) {
            JsonNode object = new RandomObjects(random).object(pods);
            assertEquals(object, GoOrder.of(pods, object), () -> "seed " + seed);
        }
    }
}
