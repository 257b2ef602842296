package io.shiplog.command.decide.object;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of an object, to which the decider adds the revision. */
class UnnumberedTest {
    private static ObjectNode object(String text) {
        return (ObjectNode) Json.of(text.replace('\'', '"')).tree();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 9_223_372_036_854_775_807L})
    void givenAnObject_whenNumbered_thenItsBytesAreThoseOfTheTreeWithTheRevision(long revision) {
        ObjectNode object =
                object("{'apiVersion':'v1','metadata':{'name':'a','resourceVersion':'7','uid':'u'},'data':{}}");

        Json numbered = Unnumbered.of(object).numbered(revision);

        object.withObject("metadata").put("resourceVersion", Long.toString(revision));
        assertEquals(Json.of(object), numbered);
    }

    @Test
    void givenContentThatLooksLikeThePlace_whenNumbered_thenItStaysAsItIs() {
        ObjectNode object = object("{'data':{'x':'\\u0022resourceVersion\\u0022:\\u0022\\u0022','resourceVersion':''},"
                + "'metadata':{'annotations':{'resourceVersion':''},'resourceVersion':''}}");

        Json numbered = Unnumbered.of(object).numbered(5);

        object.withObject("metadata").put("resourceVersion", "5");
        assertEquals(Json.of(object), numbered);
    }

    @Test
    void givenALargeObjectWithLettersOfSeveralBytes_whenNumbered_thenThePlaceIsCountedInBytes() {
        ObjectNode object = object("{'data':{},'metadata':{'name':'a'}}");
        object.withObject("data").put("text", "Größe€😀".repeat(50_000));

        Json numbered = Unnumbered.of(object).numbered(123_456);

        object.withObject("metadata").put("resourceVersion", "123456");
        assertEquals(Json.of(object), numbered);
    }
}
