package io.shiplog.gateway.view;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.RandomObjects;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UntypedTest {
    private static String cut(String json) {
        return new String(Untyped.of(json.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'kind':'A','apiVersion':'v1','data':{'kind':'B'}} | {'data':{'kind':'B'}}",
                "{'data':{'kind':'B','x':[1,{'y':'}'}]},'apiVersion':'v1','kind':'A'} | {'data':{'kind':'B','x':[1,{'y':'}'}]}}",
                "{'a':'\\\\\\'}],','kind':'A','n':-1.5,'apiVersion':'v1','t':true} | {'a':'\\\\\\'}],','n':-1.5,'t':true}",
                "{'kind':'A','apiVersion':'v1'} | {}",
                "{'x':null} | {'x':null}",
                "{} | {}",
            })
    void only_the_type_of_the_object_itself_is_cut(String whole, String left) {
        assertEquals(left.replace('\'', '"'), cut(whole.replace('\'', '"')));
    }

    @Test
    void all_else_stays_wherever_the_type_is() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Schema.Struct pods = Objects.requireNonNull(Schemas.builtIn().of("", "v1", "Pod"));
        for (int i = 0; i < 200; i++) {
            ObjectNode object = new RandomObjects(random).object(pods);
            object.put("kind", "Pod").put("apiVersion", "v1");
            ObjectNode shuffled = Json.MAPPER.createObjectNode();
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            Collections.shuffle(names, random);
            names.forEach(name -> shuffled.set(name, object.get(name)));
            String whole = Json.of(shuffled).toString();
            shuffled.remove(List.of("kind", "apiVersion"));
            assertEquals(Json.of(shuffled).toString(), cut(whole), () -> "seed " + seed);
        }
    }
}
