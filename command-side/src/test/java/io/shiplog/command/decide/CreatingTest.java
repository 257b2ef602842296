package io.shiplog.command.decide;

import static io.shiplog.command.decide.Scenario.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.TestKinds;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CreatingTest {
    private static final String SUBDOMAIN = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric"
            + " characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used"
            + " for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    @Test
    void theSystemFillsTheMetadata() {
        ObjectNode object = given().create(
                        TestKinds.DEPLOYMENTS,
                        "{'metadata':{'name':'web','uid':'mine','generation':9},'status':{'replicas':3}}")
                .happens("created", Outcome.CREATED)
                .object();

        assertEquals("apps/v1", object.path("apiVersion").asText());
        assertEquals("Deployment", object.path("kind").asText());
        assertEquals("shop", object.at("/metadata/namespace").asText());
        assertEquals(
                "2026-11-22T10:00:00Z", object.at("/metadata/creationTimestamp").asText());
        assertEquals(1, object.at("/metadata/generation").asInt());
        assertNotEquals("mine", object.at("/metadata/uid").asText());
        assertFalse(object.has("status"));
    }

    @Test
    void aKindThatKubernetesGivesNoGenerationHasNone() {
        ObjectNode object = given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a'}}")
                .happens("created", Outcome.CREATED)
                .object();

        assertFalse(object.path("metadata").has("generation"));
    }

    @Test
    void aGeneratedNameHasFiveCharactersThatSpellNothing() {
        String name = given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'generateName':'job-'}}")
                .happens("created", Outcome.CREATED)
                .key()
                .name();

        assertTrue(name.matches("job-[bcdfghjklmnpqrstvwxz2456789]{5}"), name);
    }

    @Test
    void aNameIsRequired() {
        given().create(TestKinds.CONFIG_MAPS, "{}")
                .refused(
                        Reason.INVALID,
                        "ConfigMap \"\" is invalid: metadata.name: Required value: name or generateName is required");
    }

    @ParameterizedTest
    @CsvSource({"Web", "web_1", "-web", "web-", "web..x", "wéb"})
    void aNameMustBeASubdomain(String name) {
        given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'" + name + "'}}")
                .refused(
                        Reason.INVALID,
                        "ConfigMap \"%s\" is invalid: metadata.name: Invalid value: \"%s\": %s"
                                .formatted(name, name, SUBDOMAIN));
    }

    @Test
    void aLongNameIsRefused() {
        assertTrue(given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'" + "a".repeat(254) + "'}}")
                .refusal()
                .endsWith("must be no more than 253 characters"));
    }

    @Test
    void rolesMayHaveColonsInTheirNames() {
        given().create(TestKinds.CLUSTER_ROLES, "{'metadata':{'name':'system:Node'}}")
                .happens("created", Outcome.CREATED);
        given().create(TestKinds.CLUSTER_ROLES, "{'metadata':{'name':'a/b'}}")
                .refused(
                        Reason.INVALID,
                        "ClusterRole.rbac.authorization.k8s.io \"a/b\" is invalid: metadata.name: Invalid value: \"a/b\": may not contain '/'");
    }

    @Test
    void namespacesAndServicesAreLabels() {
        assertTrue(given().create(TestKinds.NAMESPACES, "{'metadata':{'name':'a.b'}}")
                .refusal()
                .contains("must not contain dots"));
        assertTrue(given().create(TestKinds.NAMESPACES, "{'metadata':{'name':'A'}}")
                .refusal()
                .contains("a lowercase RFC 1123 label must consist of"));
        assertTrue(given().create(TestKinds.SERVICES, "{'metadata':{'name':'a.b'}}")
                .refusal()
                .contains("must not contain dots"));
        given().create(TestKinds.SERVICES, "{'metadata':{'name':'1a'},'spec':{'ports':[{'port':80}]}}")
                .happens("created", Outcome.CREATED);
    }

    @Test
    void anUnknownNamespaceIsNotFound() {
        given().when(new CreateObject(
                        TestKinds.CONFIG_MAPS,
                        "nowhere",
                        Json.of("{\"metadata\":{\"name\":\"a\"}}"),
                        FieldValidation.IGNORE))
                .refused(Reason.NOT_FOUND, "namespaces \"nowhere\" not found");
    }

    @Test
    void aNamespaceThatIsEndingTakesNothingNew() {
        Refusal refusal = given(
                        "{'kind':'Namespace','metadata':{'name':'shop','deletionTimestamp':'2026-11-22T09:00:00Z'}}")
                .create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a'}}")
                .refused(
                        Reason.FORBIDDEN,
                        "configmaps \"a\" is forbidden: unable to create new content in namespace shop because it is being terminated");

        assertEquals("NamespaceTerminating", refusal.causes().getFirst().reason());
    }

    @Test
    void theBodysNamespaceMustBeTheUrls() {
        given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','namespace':'other'}}")
                .refused(
                        Reason.BAD_REQUEST,
                        "the namespace of the provided object does not match the namespace sent on the request");
    }

    @Test
    void aClusterScopedObjectLosesItsNamespace() {
        assertFalse(given().create(TestKinds.NODES, "{'metadata':{'name':'n1','namespace':'shop'}}")
                .happens("created", Outcome.CREATED)
                .object()
                .path("metadata")
                .has("namespace"));
    }

    @Test
    void aBodyOfAnotherKindOrVersionIsABadRequest() {
        given().create(
                        TestKinds.DEPLOYMENTS,
                        "{'apiVersion':'apps/v1beta2','kind':'Deployment','metadata':{'name':'a'}}")
                .refused(
                        Reason.BAD_REQUEST,
                        "the API version in the data (apps/v1beta2) does not match the expected API version (apps/v1)");
        assertTrue(given().create(TestKinds.CONFIG_MAPS, "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'a'}}")
                .refusal()
                .startsWith("Secret in version \"v1\" cannot be handled as a ConfigMap"));
    }

    @Test
    void whatIsNoJsonIsABadRequest() {
        assertTrue(given().create(TestKinds.CONFIG_MAPS, "{'metadata':")
                .refusal()
                .startsWith("the object provided is unrecognized (must be of type ConfigMap)"));
        given().create(TestKinds.CONFIG_MAPS, "[]").refusal();
    }

    @Test
    void wrongTypesInMetadataAreABadRequest() {
        assertTrue(given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','labels':{'x':1}}}")
                .refusal()
                .contains("json: cannot unmarshal number into Go struct field"));
        assertTrue(given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','finalizers':'x'}}")
                .refusal()
                .contains("json: cannot unmarshal string into Go struct field"));
    }

    @Test
    void unknownFieldsAreRefusedOnlyIfTheClientIsStrict() {
        String body = "{'metadata':{'name':'a'},'dota':{}}";

        given().create(TestKinds.CONFIG_MAPS, body).happens("created", Outcome.CREATED);
        assertEquals(
                1,
                given().create(TestKinds.CONFIG_MAPS, body, FieldValidation.WARN)
                        .happens("created", Outcome.CREATED)
                        .warnings()
                        .size());
        assertTrue(given().create(TestKinds.CONFIG_MAPS, body, FieldValidation.STRICT)
                .refusal()
                .contains("unknown field \"dota\""));
    }

    @Test
    void aBodyThatIsTooLargeIsNotEvenRead() {
        given().when(new CreateObject(
                        TestKinds.CONFIG_MAPS,
                        "shop",
                        Json.ofUtf8(new byte[3 * 1024 * 1024 + 1]),
                        FieldValidation.IGNORE))
                .refused(Reason.REQUEST_ENTITY_TOO_LARGE, "Request entity too large: limit is 3145728");
    }

    @Test
    void aNewObjectHasNoResourceVersion() {
        given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','resourceVersion':'5'}}")
                .refused(Reason.BAD_REQUEST, "resourceVersion should not be set on objects to be created");
    }

    @Test
    void aNameCanBeTakenOnce() {
        given("{'kind':'ConfigMap','metadata':{'name':'a','namespace':'shop'}}")
                .create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a'}}")
                .refused(Reason.ALREADY_EXISTS, "configmaps \"a\" already exists");
    }

    @Test
    void aNameIsNotFreeBeforeItsObjectIsGone() {
        given(
                        "{'kind':'ConfigMap','metadata':{'name':'a','namespace':'shop','deletionTimestamp':'2026-11-22T09:00:00Z'}}")
                .create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a'}}")
                .refused(Reason.ALREADY_EXISTS, "object is being deleted: configmaps \"a\" already exists");
    }

    @Test
    void anUnknownTypeIsNotFound() {
        given().create(ResourceType.core("ships"), "{}")
                .refused(Reason.NOT_FOUND, "the server could not find the requested resource");
    }

    @Test
    void labelsAreChecked() {
        assertTrue(
                given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','labels':{'-x':'v'}}}")
                        .refusal()
                        .startsWith(
                                "ConfigMap \"a\" is invalid: metadata.labels: Invalid value: \"-x\": name part must consist of"));
        assertTrue(given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','labels':{'x':'a b'}}}")
                .refusal()
                .contains("a valid label must be an empty string or consist of"));
        assertTrue(given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','labels':{'A_/x':'v'}}}")
                .refusal()
                .contains("prefix part a lowercase RFC 1123 subdomain"));
        assertTrue(given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','labels':{'a/b/c':'v'}}}")
                .refusal()
                .contains("with an optional DNS subdomain prefix and '/'"));
        given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','labels':{'example.com/My_x':''}}}")
                .happens("created", Outcome.CREATED);
    }

    @Test
    void annotationsAreLimitedTogether() {
        given().create(
                        TestKinds.CONFIG_MAPS,
                        "{'metadata':{'name':'a','annotations':{'x':'" + "y".repeat(256 * 1024) + "'}}}")
                .refused(
                        Reason.INVALID,
                        "ConfigMap \"a\" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes");
    }

    @Test
    void finalizersNeedADomain() {
        given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','finalizers':['mine']}}")
                .refused(
                        Reason.INVALID,
                        "ConfigMap \"a\" is invalid: metadata.finalizers[0]: Invalid value: \"mine\": name is neither a standard"
                                + " finalizer name nor is it fully qualified");
        assertTrue(given().create(
                        TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','finalizers':['orphan','foregroundDeletion']}}")
                .refusal()
                .endsWith("finalizer orphan and foregroundDeletion cannot be both set"));
    }

    @Test
    void ownersAreNamedWholeAndOneControls() {
        String owner = "{'apiVersion':'v1','kind':'Node','name':'n','uid':'u','controller':true}";

        given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','ownerReferences':[" + owner + "]}}")
                .happens("created", Outcome.CREATED);
        assertTrue(given().create(
                        TestKinds.CONFIG_MAPS,
                        "{'metadata':{'name':'a','ownerReferences':[" + owner + "," + owner + "]}}")
                .refusal()
                .contains("Only one reference can have Controller set to true"));
        assertTrue(given().create(
                        TestKinds.CONFIG_MAPS,
                        "{'metadata':{'name':'a','ownerReferences':[{'apiVersion':'v1','kind':'Node','name':'n','uid':''}]}}")
                .refusal()
                .contains("metadata.ownerReferences.uid: Invalid value: \"\": must not be empty"));
    }

    @Test
    void a_generation_that_nobody_counts_is_not_negative() {
        assertTrue(given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','generation':-1}}")
                .refusal()
                .contains("metadata.generation: Invalid value: -1: must be greater than or equal to 0"));
        given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a','generation':3}}")
                .happens("created", Outcome.CREATED);
    }

    @Test
    void theSeedDecidesNamesAndUids() {
        String body = "{'metadata':{'generateName':'job-'}}";

        assertEquals(
                given().create(TestKinds.CONFIG_MAPS, body)
                        .happens("created", Outcome.CREATED)
                        .object(),
                given().create(TestKinds.CONFIG_MAPS, body)
                        .happens("created", Outcome.CREATED)
                        .object());
    }
}
