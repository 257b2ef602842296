package io.shiplog.gateway.protobuf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import io.shiplog.events.json.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A Swagger document becomes the message that gnostic would make of it. */
class OpenApiMessageTest {
    private static byte[] of(String json) {
        return OpenApiMessage.of(
                Json.ofUtf8(json.getBytes(StandardCharsets.UTF_8)).tree());
    }

    /** What gnostic's own description reads in the bytes, without indentation. */
    private static String read(String json) throws Exception {
        DynamicMessage message =
                DynamicMessage.parseFrom(OpenApiMessage.description().findMessageTypeByName("Document"), of(json));
        assertTrue(message.getUnknownFields().asMap().isEmpty());
        return TextFormat.printer().emittingSingleLine(true).printToString(message);
    }

    @Test
    void schemasKeepTheirTypesReferencesAndExtensions() throws Exception {
        String text = read("""
                {"swagger": "2.0", "info": {"title": "T", "version": "v1"}, "paths": {}, "definitions": {"a.B": {
                  "type": "object", "required": ["x"], "description": "d",
                  "properties": {
                    "x": {"type": "integer", "format": "int32", "default": 0},
                    "type": {"$ref": "#/definitions/a.C"},
                    "list": {"type": "array", "items": {"type": "string"}, "x-kubernetes-list-type": "atomic"},
                    "map": {"type": "object", "additionalProperties": {"type": "string"}},
                    "any": {"type": "object", "additionalProperties": true}},
                  "x-kubernetes-group-version-kind": [{"group": "", "kind": "B", "version": "v1"}]}}}""");

        assertEquals(
                "swagger: \"2.0\" info { title: \"T\" version: \"v1\" } paths { } definitions { additional_properties {"
                        + " name: \"a.B\" value { description: \"d\" required: \"x\" type { value: \"object\" } properties {"
                        + " additional_properties { name: \"x\" value { format: \"int32\" default { yaml: \"0\" } type { value:"
                        + " \"integer\" } } } additional_properties { name: \"type\" value { _ref: \"#/definitions/a.C\" } }"
                        + " additional_properties { name: \"list\" value { type { value: \"array\" } items { schema { type {"
                        + " value: \"string\" } } } vendor_extension { name: \"x-kubernetes-list-type\" value { yaml:"
                        + " \"\\\"atomic\\\"\" } } } } additional_properties { name: \"map\" value { additional_properties {"
                        + " schema { type { value: \"string\" } } } type { value: \"object\" } } } additional_properties {"
                        + " name: \"any\" value { additional_properties { boolean: true } type { value: \"object\" } } } }"
                        + " vendor_extension { name: \"x-kubernetes-group-version-kind\" value { yaml:"
                        + " \"[{\\\"group\\\":\\\"\\\",\\\"kind\\\":\\\"B\\\",\\\"version\\\":\\\"v1\\\"}]\" } } } } }",
                text);
    }

    @Test
    void operationsKeepTheirParametersBodiesAndAnswers() throws Exception {
        String text = read("""
                {"swagger": "2.0", "paths": {"/b/{name}": {
                  "parameters": [{"name": "name", "in": "path", "required": true, "type": "string"}],
                  "patch": {
                    "consumes": ["application/json"],
                    "parameters": [
                      {"name": "dryRun", "in": "query", "type": "string", "uniqueItems": true},
                      {"name": "body", "in": "body", "required": true, "schema": {"type": "object"}}],
                    "responses": {"200": {"description": "OK", "schema": {"$ref": "#/definitions/B"}}}}}}}""");

        assertEquals(
                "swagger: \"2.0\" paths { path { name: \"/b/{name}\" value { patch { consumes: \"application/json\" parameters {"
                        + " parameter { non_body_parameter { query_parameter_sub_schema { in: \"query\" name: \"dryRun\" type:"
                        + " \"string\" unique_items: true } } } } parameters { parameter { body_parameter { name: \"body\" in:"
                        + " \"body\" required: true schema { type { value: \"object\" } } } } } responses { response_code { name:"
                        + " \"200\" value { response { description: \"OK\" schema { schema { _ref: \"#/definitions/B\" } } } } } }"
                        + " } parameters { parameter { non_body_parameter { path_parameter_sub_schema { required: true in:"
                        + " \"path\" name: \"name\" type: \"string\" } } } } } } }",
                text);
    }

    @Test
    void aKeywordThatOpenApiTwoDoesNotHaveIsRefused() {
        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class,
                () -> of("{\"definitions\": {\"B\": {\"oneOf\": [{\"type\": \"string\"}]}}}"));

        assertEquals("OpenAPI v2 has no keyword oneOf in a Schema", refused.getMessage());
    }
}
