package io.shiplog.command.kind.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.BuiltInKinds;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Schemas;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class SchemaValidationTest {
    private static final KindDescription POD = kind("", "Pod");
    private final SchemaValidation validation = new SchemaValidation(Schemas.builtIn());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'spec':{'foo':1}} | unknown field \"spec.foo\"",
                "{'spec':{'containers':[{'name':'a','imag':'b'}]}} | unknown field \"spec.containers[0].imag\"",
                "{'spec':{'containers':[{},{'ports':[{},{'x':{'y':[1]}}]}]}} | unknown field \"spec.containers[1].ports[1].x\"",
                "{'metadata':{'label':{}}} | unknown field \"metadata.label\"",
                "{'foo':[{'deep':{}}],'spec':{'bar':null}} | unknown field \"foo\", unknown field \"spec.bar\"",
                "{'spec':{'nodeName':'a','nodeName':'b'}} | duplicate field \"spec.nodeName\"",
                "{'metadata':{'labels':{'a':'1','a':'2'}}} | duplicate field \"metadata.labels.a\"",
                "{'spec':{'containers':[{'name':'a','name':'a'}]}} | duplicate field \"spec.containers[0].name\"",
            })
    void strict_refuses_and_warn_warns_in_the_words_of_kubernetes(String body, String findings) {
        Refusal refusal = refused(POD, body, FieldValidation.STRICT);
        assertEquals(Refusal.Reason.BAD_REQUEST, refusal.reason());
        assertEquals(
                "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: " + findings,
                refusal.message());
        assertEquals(
                List.of(findings.split(", ")),
                decoded(POD, body, FieldValidation.WARN).warnings());
        assertEquals(List.of(), decoded(POD, body, FieldValidation.IGNORE).warnings());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'spec':{'containers':[{'ports':[{'containerPort':'80'}]}]}} | json: cannot unmarshal string into Go struct"
                        + " field ContainerPort.spec.containers.ports.containerPort of type int32",
                "{'spec':{'containers':[{'name':5}]}} | json: cannot unmarshal number into Go struct field"
                        + " Container.spec.containers.name of type string",
                "{'spec':'x'} | json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec",
                "{'spec':{'containers':{}}} | json: cannot unmarshal object into Go struct field PodSpec.spec.containers of"
                        + " type []v1.Container",
                "{'spec':{'containers':['x']}} | json: cannot unmarshal string into Go struct field PodSpec.spec.containers"
                        + " of type v1.Container",
                "{'spec':{'containers':[{'command':[1]}]}} | json: cannot unmarshal number into Go struct field"
                        + " Container.spec.containers.command of type string",
                "{'metadata':{'labels':{'a':1}}} | json: cannot unmarshal number into Go struct field"
                        + " ObjectMeta.metadata.labels of type string",
                "{'metadata':{'labels':'a'}} | json: cannot unmarshal string into Go struct field"
                        + " ObjectMeta.metadata.labels of type map[string]string",
                "{'spec':{'hostNetwork':'yes'}} | json: cannot unmarshal string into Go struct field PodSpec.spec.hostNetwork"
                        + " of type bool",
                "{'spec':{'dnsPolicy':true}} | json: cannot unmarshal bool into Go struct field PodSpec.spec.dnsPolicy of type"
                        + " v1.DNSPolicy",
                "{'spec':{'containers':[{'livenessProbe':{'httpGet':5}}]}} | json: cannot unmarshal number into Go struct"
                        + " field Probe.spec.containers.livenessProbe.ProbeHandler.httpGet of type v1.HTTPGetAction",
                "{'spec':{'containers':[{'securityContext':{'capabilities':{'drop':[5]}}}]}} | json: cannot unmarshal number"
                        + " into Go struct field Capabilities.spec.containers.securityContext.capabilities.drop of type"
                        + " v1.Capability",
                "{'spec':{'priority':1.5}} | json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.priority of"
                        + " type int32",
                "{'spec':{'priority':99999999999}} | json: cannot unmarshal number 99999999999 into Go struct field"
                        + " PodSpec.spec.priority of type int32",
                "{'spec':{'containers':[{'resources':{'limits':{'cpu':'one'}}}]}} | quantities must match the regular"
                        + " expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                "{'spec':{'containers':[{'resources':{'limits':{'cpu':'1K'}}}]}} | unable to parse quantity's suffix",
                "{'spec':{'containers':[{'readinessProbe':{'httpGet':{'port':true}}}]}} | json: cannot unmarshal bool into Go"
                        + " struct field HTTPGetAction.spec.containers.readinessProbe.ProbeHandler.httpGet.port of type int32",
                "{'metadata':{'creationTimestamp':'yesterday'}} | parsing time \"yesterday\" as"
                        + " \"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"",
            })
    void wrong_types_are_a_bad_request_as_gos_decoder_words_it(String body, String why) {
        Refusal refusal = refused(POD, body, FieldValidation.IGNORE);
        assertEquals(Refusal.Reason.BAD_REQUEST, refusal.reason());
        assertEquals("Pod in version \"v1\" cannot be handled as a Pod: " + why, refusal.message());
    }

    /** Schemas of custom kinds are decoded like anything else, also where a boolean or a list may take their place. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'additionalProperties':'x'} | boolean or JSON schema expected",
                "{'items':{'properties':'x'}} | json: cannot unmarshal string into Go struct field JSONSchemaProps.spec.versions."
                        + "schema.openAPIV3Schema.items.properties of type map[string]v1.JSONSchemaProps",
                "{'properties':{'a':{'additionalProperties':{'multipleOf':true}}}} | json: cannot unmarshal bool into Go struct"
                        + " field JSONSchemaProps.spec.versions.schema.openAPIV3Schema.properties.additionalProperties.multipleOf"
                        + " of type float64",
            })
    void a_schema_inside_a_schema_is_decoded(String schema, String why) {
        String body = "{'spec':{'versions':[{'schema':{'openAPIV3Schema':%s}}]}}".formatted(schema);
        assertEquals(
                "CustomResourceDefinition in version \"v1\" cannot be handled as a CustomResourceDefinition: " + why,
                refused(kind("apiextensions.k8s.io", "CustomResourceDefinition"), body, FieldValidation.IGNORE)
                        .message());
    }

    @Test
    void what_a_schema_inside_a_schema_does_not_know_is_dropped() {
        ObjectNode definition = decoded(
                        kind("apiextensions.k8s.io", "CustomResourceDefinition"),
                        "{'spec':{'versions':[{'schema':{'openAPIV3Schema':{'additionalProperties':{'type':'string','x':1},"
                                + "'items':true,'properties':{'p':{'additionalProperties':false}}}}}]}}",
                        FieldValidation.IGNORE)
                .object();
        assertEquals(
                "{\"additionalProperties\":{\"type\":\"string\"},\"items\":null,\"properties\":{\"p\":{\"additionalProperties\":false}}}",
                definition.at("/spec/versions/0/schema/openAPIV3Schema").toString());
    }

    @Test
    void an_empty_body_is_unrecognized() {
        Refusal refusal = refused(POD, "", FieldValidation.IGNORE);

        assertEquals(Refusal.Reason.BAD_REQUEST, refusal.reason());
        assertEquals(
                "the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error:"
                        + " unexpected end of JSON input (<empty>)",
                refusal.message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'data':{'a':'YQ=='}} | ",
                "{'data':{'a':''}} | ",
                "{'data':{'a':'YWJj'}} | ",
                "{'data':{'a':'YQ='}} | illegal base64 data at input byte 3",
                "{'data':{'a':'Y=Q='}} | illegal base64 data at input byte 1",
                "{'data':{'a':'!'}} | illegal base64 data at input byte 0",
                "{'data':{'a':'YQ==YQ=='}} | illegal base64 data at input byte 4",
            })
    void secret_data_is_base64(String body, String why) {
        KindDescription secret = kind("", "Secret");
        if (why == null) {
            decoded(secret, body, FieldValidation.STRICT);
        } else {
            assertEquals(
                    "Secret in version \"v1\" cannot be handled as a Secret: " + why,
                    refused(secret, body, FieldValidation.STRICT).message());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'spec':{'foo':1,'nodeName':'n'}} | {'spec':{'nodeName':'n'}}",
                "{'metadata':{'creationTimestamp':null,'name':'a'}} | {'metadata':{'name':'a'}}",
                "{'metadata':{'labels':{},'finalizers':[]}} | {'metadata':{}}",
                "{'spec':{'containers':[]}} | {'spec':{'containers':[]}}",
                "{'spec':{'volumes':[{'name':'a','emptyDir':{}}]}} | {'spec':{'volumes':[{'name':'a','emptyDir':{}}]}}",
                "{'spec':{'containers':[null]}} | {'spec':{'containers':[{}]}}",
                "{'metadata':{'labels':{'a':null}}} | {'metadata':{'labels':{'a':''}}}",
                "{'spec':{'containers':[{'resources':{'requests':{'cpu':0.5,'memory':'1024Mi'}}}]}} |"
                        + " {'spec':{'containers':[{'resources':{'requests':{'cpu':'500m','memory':'1Gi'}}}]}}",
                "{'metadata':{'creationTimestamp':'2026-01-02T03:04:05.9+01:00'}} |"
                        + " {'metadata':{'creationTimestamp':'2026-01-02T02:04:05Z'}}",
                "{'metadata':{'managedFields':[{'fieldsV1':{'f:any':{'.':{}}}}]}} |"
                        + " {'metadata':{'managedFields':[{'fieldsV1':{'f:any':{'.':{}}}}]}}",
            })
    void unknown_fields_are_dropped_and_values_take_their_stored_form(String body, String stored) throws Exception {
        ObjectNode expected = (ObjectNode) Json.MAPPER.readTree(json(stored));
        expected.put("apiVersion", "v1").put("kind", "Pod");
        assertEquals(expected, decoded(POD, body, FieldValidation.IGNORE).object());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'spec':{'hostNetwork':false,'hostname':'','nodeName':'n'}} | {'spec':{'nodeName':'n'}}",
                "{'spec':{'containers':[{'envFrom':[{'prefix':''}],'ports':[{'containerPort':0,'hostPort':0}]}]}} |"
                        + " {'spec':{'containers':[{'envFrom':[{}],'ports':[{'containerPort':0}]}]}}",
                "{'spec':{'activeDeadlineSeconds':0,'enableServiceLinks':false}} |"
                        + " {'spec':{'activeDeadlineSeconds':0,'enableServiceLinks':false}}",
                "{'metadata':{'labels':{'a':''}},'status':{'reason':'','containerStatuses':[{'ready':false}]}} |"
                        + " {'metadata':{'labels':{'a':''}},'status':{'reason':'','containerStatuses':[{'ready':false}]}}",
            })
    void a_zero_goes_where_gos_encoder_leaves_it_out_and_stays_elsewhere(String body, String stored) throws Exception {
        ObjectNode expected = (ObjectNode) Json.MAPPER.readTree(json(stored));
        expected.put("apiVersion", "v1").put("kind", "Pod");
        assertEquals(expected, decoded(POD, body, FieldValidation.IGNORE).object());
    }

    @ParameterizedTest
    @CsvSource({
        "'',-1",
        "eA==,-1",
        "eHk=,-1",
        "eHl6,-1",
        "'e\nA==',-1",
        "x,0",
        "Always,4",
        "xy,0",
        "xyz,0",
        "a-bc,1",
        "eA=,3",
        "eA=x,2",
        "eA==x,4",
        "=,0",
        "x===,1",
        "eHl6=,4",
        "eHk=x,4"
    })
    void wrong_base64_is_refused_at_the_byte_that_gos_decoder_names(String text, int at) {
        KindDescription secret = kind("", "Secret");
        String body = "{'data':{'a':'" + text.replace("\n", "\\n") + "'}}";
        if (at < 0) {
            assertEquals(
                    text,
                    decoded(secret, body, FieldValidation.STRICT)
                            .object()
                            .at("/data/a")
                            .asText());
        } else {
            assertEquals(
                    "Secret in version \"v1\" cannot be handled as a Secret: illegal base64 data at input byte " + at,
                    refused(secret, body, FieldValidation.STRICT).message());
        }
    }

    @Test
    void a_list_of_numbers_is_bytes() {
        KindDescription secret = kind("", "Secret");
        assertEquals(
                "eP8A",
                decoded(secret, "{'data':{'a':[120,255,null]}}", FieldValidation.STRICT)
                        .object()
                        .at("/data/a")
                        .asText());
        for (String wrong : List.of("256", "-1", "1.5", "'x'", "[1]")) {
            assertTrue(
                    refused(secret, "{'data':{'a':[1," + wrong + "]}}", FieldValidation.STRICT)
                            .message()
                            .endsWith("into Go struct field Secret.data of type uint8"),
                    wrong);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-02T03:04:05Z",
                "2026-02-28T23:59:59Z",
                "2024-02-29T00:00:00Z",
                "2026-04-30T00:00:00Z",
                "2026-12-31T00:00:00Z"
            })
    void a_time_in_its_stored_form_stays_as_it_is(String time) {
        // Given a time as the server writes it
        // When an object brings it back
        // Then it is not changed
        ObjectNode pod = decoded(POD, "{'metadata':{'creationTimestamp':'" + time + "'}}", FieldValidation.STRICT)
                .object();
        assertEquals(time, pod.path("metadata").path("creationTimestamp").asText());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-29T00:00:00Z",
                "2026-02-30T00:00:00Z",
                "2026-04-31T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-00-01T00:00:00Z",
                "2026-01-00T00:00:00Z",
                "2026-01-02T24:00:01Z",
                "2026-01-02T03:60:05Z",
                "2026-01-02T03:04:60Z",
                "2026-01-02 03:04:05Z",
                "2O26-01-02T03:04:05Z"
            })
    void what_is_no_time_is_refused_even_if_it_has_the_form_of_one(String time) {
        // Given a text of the length of a time
        // When an object has it
        // Then it is refused
        assertEquals(
                Refusal.Reason.BAD_REQUEST,
                refused(POD, "{'metadata':{'creationTimestamp':'" + time + "'}}", FieldValidation.IGNORE)
                        .reason());
    }

    @Test
    void lease_times_keep_microseconds() {
        ObjectNode lease = decoded(
                        kind("coordination.k8s.io", "Lease"),
                        "{'spec':{'renewTime':'2026-01-02T03:04:05Z'}}",
                        FieldValidation.STRICT)
                .object();
        assertEquals(
                "2026-01-02T03:04:05.000000Z",
                lease.path("spec").path("renewTime").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'apiVersion':'v2'} | Pod in version \"v2\" cannot be handled as a Pod: no kind \"Pod\" is registered for version"
                        + " \"v2\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"",
                "{'apiVersion':'a/b'} | Pod in version \"b\" cannot be handled as a Pod: no kind \"Pod\" is registered for version"
                        + " \"a/b\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"",
                "{'kind':'Nope','spec':1} | Nope in version \"v1\" cannot be handled as a Pod: no kind \"Nope\" is registered for"
                        + " version \"v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"",
                "{'kind':'Service'} | Service in version \"v1\" cannot be handled as a Pod: converting (v1.Service) to"
                        + " (core.Pod): unknown conversion",
                "{'spec':1,'apiVersion':7} | the object provided is unrecognized (must be of type Pod): couldn't get version/kind;"
                        + " json parse error: json: cannot unmarshal number into Go struct field .apiVersion of type string"
                        + " ({\"spec\":1,\"apiVersion\":7})",
                "[] | the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: json:"
                        + " cannot unmarshal array into Go value of type struct { APIVersion string"
                        + " \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" } (5b5d)",
            })
    void another_kind_is_refused(String body, String message) {
        assertEquals(message, refused(POD, body, FieldValidation.IGNORE).message());
    }

    @Test
    void a_version_that_is_no_longer_served_is_named() {
        assertEquals(
                "the API version in the data (extensions/v1beta1) does not match the expected API version (apps/v1)",
                refused(
                                kind("apps", "Deployment"),
                                "{'apiVersion':'extensions/v1beta1','kind':'Deployment'}",
                                FieldValidation.IGNORE)
                        .message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {"~~", "{", "{'a' 1}", "nonsense", "{} {}"})
    void what_is_no_json_is_a_bad_request_and_says_so(String body) {
        Refusal refusal = refused(POD, body, FieldValidation.STRICT);
        assertEquals(Refusal.Reason.BAD_REQUEST, refusal.reason());
        assertTrue(
                refusal.message().startsWith("the object provided is unrecognized (must be of type Pod): "),
                refusal.message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'spec':'x'} | cannot restore struct from: string",
                "{'spec':{'containers':5}} | cannot restore slice from int64",
                "{'metadata':{'labels':[]}} | cannot restore map from slice",
                "{'spec':{'priority':'high'}} | unrecognized type: int32",
                "{'spec':{'priority':1.5}} | cannot convert float64 to int32",
                "{'spec':{'dnsPolicy':5}} | cannot convert int64 to v1.DNSPolicy",
                "{'spec':{'nodeName':true}} | unrecognized type: string",
                "{'spec':{'hostNetwork':'yes'}} | unrecognized type: bool",
            })
    void a_strategic_patch_is_refused_in_the_words_for_maps(String patch, String why) {
        Json json = Json.of(patch.replace('\'', '"'));
        ObjectNode tree = (ObjectNode) json.tree();
        Decoding decoding = validation.decodePatched(
                POD,
                POD.versions().getFirst(),
                tree,
                PatchText.of(PatchType.STRATEGIC_MERGE, json, () -> tree),
                FieldValidation.WARN);
        Refusal refusal = assertInstanceOf(Decoding.Refused.class, decoding).refusal();
        String shown = GoText.of(tree).replace("\"", "\\\"");
        assertEquals(" \"\" is invalid: patch: Invalid value: \"" + shown + "\": " + why, refusal.message());
    }

    @Test
    void strict_findings_in_a_patch_are_an_invalid_patch() {
        Json patch = Json.of("{\"spec\":{\"foo\":1}}");
        Decoding decoding = validation.decodePatched(
                POD, POD.versions().getFirst(), (ObjectNode) patch.tree(), PatchText.of(patch), FieldValidation.STRICT);
        Refusal refusal = assertInstanceOf(Decoding.Refused.class, decoding).refusal();
        assertEquals(Refusal.Reason.INVALID, refusal.reason());
        assertEquals(
                " \"\" is invalid: patch: Invalid value: \"{\\\"spec\\\":{\\\"foo\\\":1}}\": strict decoding error: unknown"
                        + " field \"spec.foo\"",
                refusal.message());
    }

    private Refusal refused(KindDescription kind, String body, FieldValidation how) {
        return assertInstanceOf(
                        Decoding.Refused.class,
                        validation.decode(kind, kind.versions().getFirst(), Json.of(json(body)), how),
                        body)
                .refusal();
    }

    private Decoding.Decoded decoded(KindDescription kind, String body, FieldValidation how) {
        return assertInstanceOf(
                Decoding.Decoded.class,
                validation.decode(kind, kind.versions().getFirst(), Json.of(json(body)), how),
                body);
    }

    private static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }

    private static KindDescription kind(String group, String kind) {
        return Objects.requireNonNull(BuiltInKinds.catalogue().byKind(group, kind));
    }
}
