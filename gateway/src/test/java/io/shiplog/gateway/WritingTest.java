package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.Command.BindPod;
import io.shiplog.events.command.Command.CreateObject;
import io.shiplog.events.command.Command.DeleteObject;
import io.shiplog.events.command.Command.EvictPod;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Command.RequestToken;
import io.shiplog.events.command.Disruption;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Propagation;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Cause;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What requests become as commands, and what decisions become as answers. */
class WritingTest extends ClusterTest {
    private static final String PODS = "/api/v1/namespaces/shop/pods";
    private static final ObjectKey A = ObjectKey.of(ResourceType.core("configmaps"), "shop", "a");

    private <T> T lastCommand(Class<T> type) {
        return assertInstanceOf(type, cluster.commands.last().command());
    }

    @Test
    void aPostCreates() {
        Api.Answer created = configMap("a", "");
        assertEquals("1", created.at("metadata.resourceVersion"));
        CreateObject command = lastCommand(CreateObject.class);
        assertEquals(ResourceType.core("configmaps"), command.type());
        assertEquals("shop", command.namespace());
        assertEquals(FieldValidation.WARN, command.validation());
        assertEquals("kubernetes-admin", cluster.commands.last().actor().user());
        assertNull(cluster.commands.last().causationId());
        assertEquals(
                cluster.commands.last().commandId(), cluster.commands.last().correlationId());
    }

    @Test
    void optionsTravelWithTheCommand() {
        String body = "{\"metadata\":{\"name\":\"a\"}}";
        admin.post(CONFIG_MAPS + "?dryRun=All&fieldValidation=Strict&fieldManager=me", body)
                .is(201);
        assertTrue(cluster.commands.last().dryRun());
        assertEquals("me", cluster.commands.last().fieldManager());
        assertEquals(FieldValidation.STRICT, lastCommand(CreateObject.class).validation());
        admin.get(CONFIG_MAPS + "/a").is(404);

        admin.post(CONFIG_MAPS + "?fieldValidation=Ignore", body, "User-Agent", "kubectl/v1.32 (linux)")
                .is(201);
        assertEquals("kubectl", cluster.commands.last().fieldManager());
        assertEquals(FieldValidation.IGNORE, lastCommand(CreateObject.class).validation());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dryRun=Some | CreateOptions.meta.k8s.io \"\" is invalid: dryRun: Unsupported value: [\"Some\"]: supported values: \"All\"",
                "fieldValidation=Hard | CreateOptions.meta.k8s.io \"\" is invalid: fieldValidation: Unsupported value: \"Hard\": supported values: \"\", \"Ignore\", \"Strict\", \"Warn\"",
            })
    void unknownOptionsAreInvalid(String query, String message) {
        admin.post(CONFIG_MAPS + "?" + query.strip(), "{}").refuses(422, "Invalid", message.strip());
    }

    @Test
    void bodiesMayBeYaml() {
        admin.post(CONFIG_MAPS, "metadata:\n  name: a\ndata:\n  k: 'true'\n", "Content-Type", "application/yaml")
                .is(201);
        assertEquals("true", admin.get(CONFIG_MAPS + "/a").at("data.k"));
        Api.Answer broken = admin.post(CONFIG_MAPS, "a: [", "Content-Type", "application/yaml")
                .is(400);
        assertTrue(broken.at("message").contains("yaml: line 1: did not find expected node content"), broken::text);
    }

    @Test
    void otherBodiesAreOfNoUse() {
        admin.post(CONFIG_MAPS, "<a/>", "Content-Type", "application/xml")
                .refuses(
                        415,
                        "UnsupportedMediaType",
                        "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf");
        admin.post(CONFIG_MAPS, "{").is(400);
    }

    @Test
    void aBodyBeyondTheLimitIsTooLarge() {
        byte[] body = new byte[3 * 1024 * 1024 + 1];
        admin.send("POST", CONFIG_MAPS, body)
                .refuses(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728");
    }

    @Test
    void aPutReplaces() {
        configMap("a", "");
        admin.put(
                        CONFIG_MAPS + "/a",
                        "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"1\"},\"data\":{\"k\":\"w\"}}")
                .is(200);
        assertEquals(A, lastCommand(ReplaceObject.class).key());
        assertEquals("", lastCommand(ReplaceObject.class).subresource());
        assertTrue(lastCommand(ReplaceObject.class).creates(), "an admin may create, too");
        assertEquals("w", admin.get(CONFIG_MAPS + "/a").at("data.k"));
        admin.put(CONFIG_MAPS + "/a", "{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"1\"}}")
                .refuses(
                        409,
                        "Conflict",
                        "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again");
        admin.put(CONFIG_MAPS + "/b", "{}").refuses(404, "NotFound", "configmaps \"b\" not found");
    }

    @ParameterizedTest
    @EnumSource(
            value = PatchType.class,
            names = {"MERGE", "STRATEGIC_MERGE"})
    void aPatchSaysItsFormByItsContentType(PatchType type) {
        configMap("a", "");
        admin.patch(CONFIG_MAPS + "/a", type.contentType(), "{\"data\":{\"k\":\"w\"}}")
                .is(200);
        assertEquals(type, lastCommand(PatchObject.class).patchType());
        assertEquals("w", admin.get(CONFIG_MAPS + "/a").at("data.k"));
    }

    @Test
    void aJsonPatchIsPassedOnAsItCame() {
        configMap("a", "");
        String patch = "[{\"op\":\"replace\",\"path\":\"/data/k\",\"value\":\"w\"}]";
        admin.patch(CONFIG_MAPS + "/a", "application/json-patch+json", patch).is(200);
        assertEquals(patch, lastCommand(PatchObject.class).patch().toString());
    }

    @Test
    void anApplyIsAYamlConfigurationWithAManager() {
        configMap("a", "");
        admin.patch(
                        CONFIG_MAPS + "/a?fieldManager=one&force=true",
                        "application/apply-patch+yaml",
                        "data:\n  k: w # a comment\n")
                .is(200);
        ApplyObject apply = lastCommand(ApplyObject.class);
        assertEquals("{\"data\":{\"k\":\"w\"}}", apply.config().toString());
        assertTrue(apply.force());
        assertTrue(apply.creates());
    }

    @Test
    void fieldsThatAYamlTextSetsTwiceAreRefusedOrWarnedAbout() {
        configMap("a", "");
        String twice = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\ndata: {k: x}\ndata: {k: y}\n";
        String apply = "application/apply-patch+yaml";

        admin.patch(CONFIG_MAPS + "/a?fieldManager=m&fieldValidation=Strict", apply, twice)
                .refuses(
                        400,
                        "BadRequest",
                        "error strict decoding YAML: error converting YAML to JSON: yaml: unmarshal errors:\n  line 5: key \"data\" already set in map");
        assertEquals(
                "299 - \"line 5: key \\\"data\\\" already set in map\"",
                admin.patch(CONFIG_MAPS + "/a?fieldManager=m", apply, twice).header("Warning"));
        assertEquals(
                "{\"k\":\"y\"}",
                lastCommand(ApplyObject.class).config().tree().path("data").toString());
        admin.post(CONFIG_MAPS + "?fieldValidation=Strict", twice, "Content-Type", "application/yaml")
                .refuses(
                        400,
                        "BadRequest",
                        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: yaml: unmarshal errors:\n  line 5: key \"data\" already set in map");
        assertEquals(
                "",
                admin.post(CONFIG_MAPS + "?fieldValidation=Ignore", twice, "Content-Type", "application/yaml")
                        .is(201)
                        .header("Warning"));
    }

    @Test
    void optionsOfAPatchAreChecked() {
        String apply = "application/apply-patch+yaml";
        admin.patch(CONFIG_MAPS + "/a", apply, "{}")
                .refuses(
                        422,
                        "Invalid",
                        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        admin.patch(CONFIG_MAPS + "/a?fieldManager=a%07b", apply, "{}")
                .refuses(
                        422,
                        "Invalid",
                        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Invalid value: \"a\\ab\": invalid character U+0007 (at position 1)");
        admin.patch(CONFIG_MAPS + "/a?fieldManager=" + "m".repeat(129), apply, "{}")
                .refuses(
                        422,
                        "Invalid",
                        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Too long: may not be more than 128 bytes");
        admin.patch(CONFIG_MAPS + "/a?fieldManager=%07" + "m".repeat(127) + "%09", apply, "{}")
                .refuses(
                        422,
                        "Invalid",
                        "PatchOptions.meta.k8s.io \"\" is invalid: [fieldManager: Too long: may not be more than 128 bytes, "
                                + "fieldManager: Invalid value: \"\\a%1$s\\t\": invalid character U+0007 (at position 0), "
                                        .formatted("m".repeat(127))
                                + "fieldManager: Invalid value: \"\\a%1$s\\t\": invalid character U+0009 (at position 128)]"
                                        .formatted("m".repeat(127)));
        admin.patch(CONFIG_MAPS + "/a?force=true", "application/merge-patch+json", "{}")
                .refuses(
                        422,
                        "Invalid",
                        "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for non-apply patch");
        admin.patch(CONFIG_MAPS + "/a?fieldManager=m", "application/apply-patch+cbor", "{}")
                .is(415);
        admin.patch(CONFIG_MAPS + "/a?fieldManager=m", apply, "a: [b").is(400);
        admin.patch(CONFIG_MAPS + "/a", "application/json", "{}").is(415);
    }

    @Test
    void statusIsItsOwnPart() {
        admin.post(PODS, "{\"metadata\":{\"name\":\"web\"},\"spec\":{}}").is(201);
        admin.put(
                        PODS + "/web/status",
                        "{\"metadata\":{\"name\":\"web\"},\"spec\":{},\"status\":{\"phase\":\"Running\"}}")
                .is(200);
        assertEquals("status", lastCommand(ReplaceObject.class).subresource());
        admin.patch(PODS + "/web/status", "application/merge-patch+json", "{\"status\":{\"phase\":\"Failed\"}}")
                .is(200);
        assertEquals("status", lastCommand(PatchObject.class).subresource());
        assertEquals("Failed", admin.get(PODS + "/web/status").at("status.phase"));
    }

    @Test
    void scaleIsReadAndWrittenAsAScale() {
        String web = "/apis/apps/v1/namespaces/shop/deployments/web";
        admin.post("/apis/apps/v1/namespaces/shop/deployments", """
                {"metadata":{"name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"app":"web","a":"b"},
                 "matchExpressions":[{"key":"tier","operator":"In","values":["x","y"]}]}},"status":{"replicas":1}}""").is(201);
        Api.Answer scale = admin.get(web + "/scale").is(200);
        assertEquals("Scale", scale.at("kind"));
        assertEquals("autoscaling/v1", scale.at("apiVersion"));
        assertEquals("2", scale.at("spec.replicas"));
        assertEquals("1", scale.at("status.replicas"));
        assertEquals("a=b,app=web,tier in (x,y)", scale.at("status.selector"));
        assertEquals("web", scale.at("metadata.name"));
        Api.Answer scaled =
                admin.put(web + "/scale", "{\"spec\":{\"replicas\":5}}").is(200);
        assertEquals("Scale", scaled.at("kind"));
        assertEquals("5", scaled.at("spec.replicas"));
        assertEquals("5", admin.get(web).at("spec.replicas"));
        admin.put(web + "/scale", "{\"spec\":{\"replicas\":0}}").is(200);
        assertEquals("{}", admin.get(web + "/scale").at("spec"), "a zero is left out");
    }

    @Test
    void aDeletionAnswersWithAStatusOrWithTheObjectAsKubernetesDoes() {
        String uid = configMap("a", "").at("metadata.uid");
        Api.Answer status = admin.delete(CONFIG_MAPS + "/a", "").is(200);
        assertEquals("Success", status.at("status"));
        assertEquals("{\"name\":\"a\",\"kind\":\"configmaps\",\"uid\":\"%s\"}".formatted(uid), status.at("details"));
        admin.delete(CONFIG_MAPS + "/a", "").refuses(404, "NotFound", "configmaps \"a\" not found");

        admin.post(PODS, "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"web\"}}").is(201);
        assertEquals("Pod", admin.delete(PODS + "/web", "").is(200).at("kind"));
    }

    @Test
    void howToDeleteIsSaidInTheBodyOrInTheQuery() {
        configMap("a", "");
        admin.delete(CONFIG_MAPS + "/a", """
                {"kind":"DeleteOptions","apiVersion":"v1","gracePeriodSeconds":0,"propagationPolicy":"Foreground","dryRun":["All"],
                 "preconditions":{"uid":"u","resourceVersion":"7"}}""").is(409);
        DeleteObject byBody = lastCommand(DeleteObject.class);
        assertEquals(0L, byBody.gracePeriodSeconds());
        assertEquals(Propagation.FOREGROUND, byBody.propagation());
        assertEquals("u", byBody.preconditions().uid());
        assertEquals("7", byBody.preconditions().resourceVersion());
        assertTrue(cluster.commands.last().dryRun());

        admin.delete(CONFIG_MAPS + "/a?gracePeriodSeconds=5&propagationPolicy=Orphan", "")
                .is(200);
        DeleteObject byQuery = lastCommand(DeleteObject.class);
        assertEquals(5L, byQuery.gracePeriodSeconds());
        assertEquals(Propagation.ORPHAN, byQuery.propagation());
        assertNull(byQuery.preconditions().uid());
    }

    @ParameterizedTest
    @CsvSource({
        "propagationPolicy=Never,422",
        "gracePeriodSeconds=soon,400",
        "dryRun=x,422",
        "propagationPolicy=Orphan&orphanDependents=true,422",
    })
    void aDeletionThatMakesNoSenseIsRefused(String query, int code) {
        configMap("a", "");
        admin.delete(CONFIG_MAPS + "/a?" + query, "").is(code);
        admin.get(CONFIG_MAPS + "/a").is(200);
    }

    @Test
    void theBodyOfADeletionIsOptions() {
        configMap("a", "");
        admin.delete(CONFIG_MAPS + "/a", "{\"kind\":\"Pod\",\"apiVersion\":\"v1\"}")
                .refuses(
                        400,
                        "BadRequest",
                        "no kind \"Pod\" is registered for version \"v1\" in scheme"
                                + " \"k8s.io/apimachinery/pkg/apis/meta/internalversion/scheme/register.go:27\"");
        admin.delete(CONFIG_MAPS + "/a", "{\"orphanDependents\":true,\"propagationPolicy\":\"Orphan\"}")
                .is(422);
        admin.get(CONFIG_MAPS + "/a").is(200);
    }

    /** Given bodies of another kind, version or type / when sent to a path / then 400, and no command. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "pods/web/binding | {'kind':'Pod','apiVersion':'v1'} | Pod in version \"v1\" cannot be handled as a Binding: converting (v1.Pod) to (core.Binding): unknown conversion",
                "bindings | {'kind':'Binding','apiVersion':'policy/v1'} | Binding in version \"v1\" cannot be handled as a Binding: no kind \"Binding\" is registered for version \"policy/v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"",
                "pods/web/eviction | {'kind':'Eviction','apiVersion':'v1'} | Eviction in version \"v1\" cannot be handled as a Eviction: no kind \"Eviction\" is registered for version \"v1\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"",
                "pods/web/eviction | {'kind':'Binding','apiVersion':'v1'} | Binding in version \"v1\" cannot be handled as a Eviction: converting (v1.Binding) to (policy.Eviction): unknown conversion",
                "pods/web/eviction | {'kind':5} | the object provided is unrecognized (must be of type Eviction): couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string",
            })
    void theBodyOfASubresourceFitsItsPath(String path, String body, String message) {
        admin.post("/api/v1/namespaces/shop/" + path, body.replace('\'', '"')).refuses(400, "BadRequest", message);
    }

    /** The same in protobuf. */
    @Test
    void aProtobufBodyOfASubresourceFitsItsPath() {
        byte[] binding = {
            'k', '8', 's', 0, 0x0a, 13, 0x0a, 2, 'v', '1', 0x12, 7, 'B', 'i', 'n', 'd', 'i', 'n', 'g', 0x12, 0
        };

        admin.send("POST", PODS + "/web/eviction", binding, "Content-Type", "application/vnd.kubernetes.protobuf")
                .refuses(
                        400,
                        "BadRequest",
                        "Binding in version \"v1\" cannot be handled as a Eviction: converting (v1.Binding) to (policy.Eviction): unknown conversion");
    }

    /** Given delete options of several groups / when sent to a core path / then those of the machinery are taken, those of another group refused. */
    @ParameterizedTest
    @CsvSource({"v1,200", "meta.k8s.io/v1,200", "'',200", "apps/v1,400", "v2,400"})
    void deleteOptionsAreOfThePathsGroup(String apiVersion, int code) {
        configMap("a", "");

        admin.delete(CONFIG_MAPS + "/a", "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"%s\"}".formatted(apiVersion))
                .is(code);
    }

    @Test
    void aCollectionIsDeletedBySelection() {
        for (int i = 0; i < 100; i++) {
            configMap("web-%02d".formatted(i), "app=web");
        }
        configMap("db", "app=db");
        Api.Answer deleted =
                admin.delete(CONFIG_MAPS + "?labelSelector=app%3Dweb", "").is(200);
        assertEquals("ConfigMapList", deleted.at("kind"));
        assertEquals(100, deleted.json().path("items").size());
        assertEquals(1, admin.get(CONFIG_MAPS).json().path("items").size());
        cluster.commands.refuseNext(Refusal.of(Reason.FORBIDDEN, "not that one"));
        admin.delete(CONFIG_MAPS, "").refuses(403, "Forbidden", "not that one");
    }

    @Test
    void aPodIsBoundOnceByEitherPath() {
        admin.post(PODS, "{\"metadata\":{\"name\":\"web\"},\"spec\":{}}").is(201);
        String binding =
                "{\"metadata\":{\"name\":\"web\",\"uid\":\"u1\"},\"target\":{\"kind\":\"Node\",\"name\":\"n1\"}}";
        assertEquals(
                "Success", admin.post(PODS + "/web/binding", binding).is(201).at("status"));
        assertEquals("n1", lastCommand(BindPod.class).node());
        assertEquals("u1", lastCommand(BindPod.class).uid());
        admin.post("/api/v1/namespaces/shop/bindings", binding).is(201);
        assertEquals("web", lastCommand(BindPod.class).key().name());
        admin.post(PODS + "/web/binding", "{}").refuses(400, "BadRequest", "target.name: Required value");
        admin.post(PODS + "/web/binding", "{")
                .refuses(
                        400, "BadRequest", "couldn't get version/kind; json parse error: unexpected end of JSON input");
    }

    @Test
    void anEvictionIsADeletion() {
        admin.post(PODS, "{\"metadata\":{\"name\":\"web\"},\"spec\":{}}").is(201);
        admin.post(PODS + "/web/eviction", """
                {"kind":"Eviction","apiVersion":"policy/v1","metadata":{"name":"web"},"deleteOptions":{"gracePeriodSeconds":3}}""").is(201);
        EvictPod evict = lastCommand(EvictPod.class);
        assertEquals(3L, evict.deletion().gracePeriodSeconds());
        assertEquals(Disruption.EVICTION_API, evict.why());
        admin.get(PODS + "/web").is(404);
    }

    /** Given the form that kubectl sent up to 1.21 / when a pod is evicted / then it is deleted, as by Kubernetes. */
    @Test
    void anEvictionMayBeInItsFormerVersion() {
        admin.post(
                        PODS,
                        "{\"metadata\":{\"name\":\"old\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"i\"}]}}")
                .is(201);

        admin.post(PODS + "/old/eviction", """
                {"kind":"Eviction","apiVersion":"policy/v1beta1","metadata":{"name":"old"}}""").is(201);

        admin.get(PODS + "/old").is(404);
    }

    @Test
    void anEvictionIsOfThePodThatTheUrlNames() {
        admin.post(PODS + "/web/eviction", "{\"metadata\":{\"name\":\"db\"}}")
                .refuses(400, "BadRequest", "name in URL does not match name in Eviction object");
        admin.post(PODS + "/gone/eviction", "{\"metadata\":{\"name\":\"gone\"}}")
                .refuses(404, "NotFound", "pods \"gone\" not found");
    }

    @Test
    void aTokenIsAskedOfTheCommandSide() {
        String body = "{\"spec\":{\"audiences\":[\"me\"]}}";
        assertEquals(
                "me",
                admin.post("/api/v1/namespaces/shop/serviceaccounts/default/token", body)
                        .is(201)
                        .at("spec.audiences.0"));
        assertEquals("default", lastCommand(RequestToken.class).key().name());
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyRefusalIsAStatusWithItsCode(Reason reason) {
        cluster.commands.refuseNext(Refusal.of(reason, "because"));
        admin.post(CONFIG_MAPS, "{}").refuses(reason.code(), reason.word(), "because");
    }

    @Test
    void controlCharactersLeaveNoWarningHeader() {
        cluster.commands.refuseNext(Refusal.of(Reason.INVALID, "because"), "unknown field \"a\u007fb\nc\"");
        Api.Answer answer = admin.post(CONFIG_MAPS, "{}").is(422);
        assertEquals("299 - \"unknown field \\\"a b c\\\"\"", answer.header("Warning"));
    }

    @Test
    void aRefusalKeepsTheWarningsAboutItsBody() {
        cluster.commands.refuseNext(Refusal.of(Reason.INVALID, "because"), "unknown field \"x\"");
        Api.Answer answer = admin.post(CONFIG_MAPS, "{}").is(422);
        assertEquals("299 - \"unknown field \\\"x\\\"\"", answer.header("Warning"));
        assertEquals("{}", answer.at("details"));
    }

    @Test
    void fieldErrorsBecomeCauses() {
        cluster.commands.refuseNext(new Refusal(
                Reason.INVALID,
                "ConfigMap \"a\" is invalid: data: Required value",
                A,
                "ConfigMap",
                List.of(new Cause("FieldValueRequired", "Required value", "data")),
                0));
        Api.Answer answer = admin.post(CONFIG_MAPS, "{}").is(422);
        assertEquals("a", answer.at("details.name"));
        assertEquals("ConfigMap", answer.at("details.kind"));
        assertEquals(
                "{\"reason\":\"FieldValueRequired\",\"message\":\"Required value\",\"field\":\"data\"}",
                answer.at("details.causes.0"));
    }
}
