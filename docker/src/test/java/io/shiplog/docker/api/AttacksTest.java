package io.shiplog.docker.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.docker.pki.Identity;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that were made to harm a cluster, sent to a whole one: gateway, command side, controllers and RBAC. Each gets its answer in
 * time, and another user's write, sent meanwhile, does not wait.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AttacksTest {
    private static final Duration IN_TIME = Duration.ofSeconds(20);
    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";
    private static final String IN_A = "/api/v1/namespaces/tenant-a/";
    private static final String CONFIG_MAPS = IN_A + "configmaps";
    private static final String PODS = IN_A + "pods?dryRun=All";
    private static final String ROLES = "/apis/rbac.authorization.k8s.io/v1/namespaces/tenant-a/roles?dryRun=All";

    private ClusterInMemory cluster;
    private SSLContext tls;
    private HttpClient client;
    private final Map<String, String> tokens = new java.util.HashMap<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final List<Long> othersMillis = Collections.synchronizedList(new ArrayList<>());
    private Thread others;

    /** The tenants' accounts, and a user whose writes must not wait. */
    @BeforeAll
    void setUp(@TempDir Path folder) throws IOException {
        cluster = new ClusterInMemory(folder);
        tls = cluster.clientTls();
        client = client(tls);
        for (String namespace : List.of("tenant-a", "tenant-b")) {
            cluster.create("/api/v1/namespaces", "{'metadata':{'name':'%s'}}".formatted(namespace));
        }
        for (String[] account :
                new String[][] {{"viewer", "view"}, {"editor", "edit"}, {"adm", "admin"}, {"plain", ""}}) {
            account("tenant-a", account[0], account[1]);
        }
        cluster.create(CONFIG_MAPS, "{'metadata':{'name':'acm'},'data':{'k':'v'}}");
        others = Thread.ofVirtual().start(this::writeAsAnother);
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder().sslContext(tls).connectTimeout(IN_TIME).build();
    }

    private void account(String namespace, String name, String role) {
        String in = "/api/v1/namespaces/" + namespace + "/serviceaccounts";
        cluster.create(in, "{'metadata':{'name':'%s'}}".formatted(name));
        if (!role.isEmpty()) {
            cluster.create(
                    "/apis/rbac.authorization.k8s.io/v1/namespaces/" + namespace + "/rolebindings",
                    "{'metadata':{'name':'%1$s'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole','name':'%2$s'},'subjects':[{'kind':'ServiceAccount','name':'%1$s','namespace':'%3$s'}]}"
                            .formatted(name, role, namespace));
        }
        JsonNode token = cluster.api()
                .post(in + "/" + name + "/token", Json.of("{\"spec\":{}}").tree());
        tokens.put(name, token.path("status").path("token").asText());
    }

    private String token(String who) {
        return Objects.requireNonNull(tokens.get(who));
    }

    private void writeAsAnother() {
        while (!over.get()) {
            long began = System.nanoTime();
            Answer answer = send(
                    cluster.pki().adminToken(),
                    "POST",
                    "/api/v1/namespaces/default/configmaps?dryRun=All",
                    JSON,
                    "{\"metadata\":{\"name\":\"x\"}}");
            othersMillis.add(answer.code() == 201 ? (System.nanoTime() - began) / 1_000_000 : Long.MAX_VALUE);
        }
    }

    @AfterAll
    void othersWereNotAffected() throws InterruptedException {
        over.set(true);
        others.join();
        cluster.close();
        long longest = othersMillis.stream().mapToLong(each -> each).max().orElseThrow();
        assertTrue(longest < 5_000, () -> "another user's write took " + longest + " ms");
    }

    private record Answer(int code, String text) {
        JsonNode json() {
            return Json.of(text).tree();
        }

        String message() {
            return json().path("message").asText();
        }
    }

    private Answer send(String token, String method, String path, String type, Object body, String... headers) {
        byte[] bytes = body instanceof byte[] raw ? raw : String.valueOf(body).getBytes(StandardCharsets.UTF_8);
        return send(client, token, method, path, type, bytes, headers);
    }

    private Answer send(
            HttpClient by, String token, String method, String path, String type, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + cluster.port() + path))
                .timeout(IN_TIME)
                .method(
                        method,
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            HttpResponse<String> answer = by.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(method + " " + path + " was not answered", e);
        }
    }

    private Answer as(String who, String method, String path, Object body) {
        return send(token(who), method, path, JSON, body);
    }

    private static String map(String name) {
        return "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name + "\"}}";
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String pod(String spec) {
        return quoted("{'metadata':{'name':'qq'},'spec':{" + spec + "}}");
    }

    private static String quoted(String json) {
        return json.replace('\'', '"');
    }

    private static Arguments body(int code, String what, String type, Object body) {
        return Arguments.of(code, what, CONFIG_MAPS, type, body);
    }

    private static Arguments on(int code, String what, String path, Object body) {
        return Arguments.of(code, what, path, JSON, body);
    }

    static Stream<Arguments> bodies() throws IOException {
        int deep = 100_000;
        String names = Collections.nCopies(9, "*x").toString();
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(" ".repeat(50_000_000).getBytes(StandardCharsets.US_ASCII));
        }
        return Stream.of(
                body(400, "objects nested deep", JSON, "{\"a\":".repeat(deep) + "1" + "}".repeat(deep)),
                body(400, "arrays nested deep", JSON, "[".repeat(deep) + "]".repeat(deep)),
                body(
                        201,
                        "as deep as is read",
                        JSON,
                        quoted(
                                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'d','managedFields':[{'manager':'m','operation':'Update','apiVersion':'v1','fieldsType':'FieldsV1','fieldsV1':"
                                        + "{'a':".repeat(180) + "{}" + "}".repeat(180) + "}]}}")),
                body(400, "YAML nested deep", YAML, "a: " + "[".repeat(20_000) + "]".repeat(20_000)),
                body(
                        400,
                        "YAML indented deep",
                        YAML,
                        IntStream.range(0, 1_500)
                                .mapToObj(i -> " ".repeat(i) + "a:\n")
                                .collect(Collectors.joining())),
                body(
                        400,
                        "YAML bomb",
                        YAML,
                        "x0: &x [" + "y,".repeat(9) + "]\n"
                                + IntStream.range(1, 9)
                                        .mapToObj(i -> "x" + i + ": &x " + names + "\n")
                                        .collect(Collectors.joining())),
                body(
                        400,
                        "a tag that names a class",
                        YAML,
                        "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL [\"http://127.0.0.1:1/\"]]]]"),
                body(
                        201,
                        "a YAML number of many digits is a text",
                        YAML,
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y1}\ndata: {a: " + "9".repeat(500_000)
                                + "}"),
                body(400, "a YAML number of many digits", YAML, "metadata: {name: y2, generation: 1e999999999}\n"),
                body(
                        201,
                        "the first of two documents",
                        YAML,
                        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: y3}\n---\nkind: Secret\n"),
                body(422, "no document", YAML, "---\n"),
                body(400, "a scalar", YAML, "x"),
                body(
                        400,
                        "a number of a million digits",
                        JSON,
                        quoted("{'metadata':{'name':'n','generation':" + "9".repeat(1_000_000) + "}}")),
                body(400, "a large exponent", JSON, quoted("{'metadata':{'name':'n','generation':1e999999999}}")),
                body(
                        400,
                        "a small exponent",
                        JSON,
                        quoted("{'metadata':{'name':'n','deletionGracePeriodSeconds':1e-999999999}}")),
                on(
                        400,
                        "port 1e400",
                        IN_A + "services",
                        quoted("{'metadata':{'name':'n'},'spec':{'ports':[{'port':1e400}]}}")),
                on(
                        400,
                        "port 1e999999",
                        IN_A + "services",
                        quoted("{'metadata':{'name':'n'},'spec':{'ports':[{'port':1e999999}]}}")),
                on(
                        400,
                        "2^31 replicas",
                        "/apis/apps/v1/namespaces/tenant-a/deployments",
                        quoted(
                                "{'metadata':{'name':'n'},'spec':{'replicas':2147483648,'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'a','image':'busybox'}]}}}}")),
                on(
                        422,
                        "a quantity of a million digits",
                        PODS,
                        pod("'containers':[{'name':'a','image':'busybox','resources':{'requests':{'cpu':'"
                                + "1".repeat(1_000_000) + "'}}}]")),
                on(
                        422,
                        "a quantity of a million zeros",
                        PODS,
                        pod("'containers':[{'name':'a','image':'busybox','resources':{'requests':{'cpu':'0."
                                + "0".repeat(1_000_000) + "1'}}}]")),
                body(
                        400,
                        "the namespace given twice, another last",
                        JSON,
                        quoted(
                                "{'metadata':{'name':'dup1','name':'dup2','namespace':'tenant-a','namespace':'tenant-b'},'data':{'a':'1'},'data':{'a':'2'}}")),
                body(
                        201,
                        "the namespace given twice, its own last",
                        JSON,
                        quoted("{'metadata':{'namespace':'tenant-b','name':'dup3','namespace':'tenant-a'}}")),
                body(
                        201,
                        "the kind given twice",
                        JSON,
                        quoted("{'kind':'Secret','kind':'ConfigMap','metadata':{'name':'dup4'}}")),
                body(400, "a name that is no UTF-8", JSON, latin(map("a\u00ff"))),
                body(400, "an overlong slash", JSON, latin(map("a\u00c0\u00afb"))),
                body(
                        400,
                        "data that is no UTF-8",
                        JSON,
                        latin(quoted("{'metadata':{'name':'u1'},'data':{'a':'\u00ff\u00fe'}}"))),
                body(
                        400,
                        "half a surrogate pair",
                        JSON,
                        quoted("{'metadata':{'name':'u2','annotations':{'a':'\\ud800'}}}")),
                body(400, "UTF-16", JSON, map("u16").getBytes(StandardCharsets.UTF_16)),
                body(400, "UTF-32", JSON, map("u32").getBytes(Charset.forName("UTF-32LE"))),
                body(400, "something behind the object", JSON, map("tg") + " {\"x\":1}"),
                body(422, "NUL in a name", JSON, map("a\\u0000b")),
                body(422, "a Cyrillic name", JSON, map("\u0430dmin")),
                body(422, "a name that goes up", JSON, map("../x")),
                body(422, "a name with a slash", JSON, map("a/b")),
                body(422, "a name of 100,001 labels", JSON, map("a.".repeat(100_000) + "a")),
                body(400, "another kind", JSON, quoted("{'apiVersion':'v1','kind':'Secret','metadata':{'name':'k1'}}")),
                body(201, "no content type, which means JSON to kube-apiserver, too", "", map("noct")),
                body(415, "plain text", "text/plain", map("tp")),
                body(400, "a gzip bomb", JSON, zipped.toByteArray()),
                body(
                        400,
                        "protobuf that is none",
                        "application/vnd.kubernetes.protobuf",
                        latin("k8s\0" + "\u00ff".repeat(1_000))),
                body(
                        400,
                        "protobuf of a negative size",
                        "application/vnd.kubernetes.protobuf",
                        latin("k8s\0\n\4\n\2v1\u0012\u00ff\u00ff\u00ff\u00ff\u000f")));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("bodies")
    void aBodyIsTakenOrRefused(int code, String what, String path, String type, Object body) {
        Answer answer = send(token("editor"), "POST", path, type, body);

        assertEquals(code, answer.code(), answer::text);
        assertTrue(answer.text().length() < 600_000, "the answer is bounded");
    }

    @Test
    void whatTheServerGivesIsNotTakenFromTheClient() {
        Answer answer = as(
                "editor",
                "POST",
                CONFIG_MAPS,
                quoted(
                        "{'metadata':{'name':'uid1','uid':'../../x','resourceVersion':'','selfLink':'x','creationTimestamp':'1999-01-01T00:00:00Z'}}"));

        assertEquals(201, answer.code(), answer::text);
        JsonNode metadata = answer.json().path("metadata");
        assertEquals(36, metadata.path("uid").asText().length());
        assertFalse(metadata.path("creationTimestamp").asText().startsWith("1999"));
        assertFalse(metadata.has("selfLink"));
    }

    @ParameterizedTest
    @ValueSource(ints = {60_000, 70_000})
    void aLargeHeaderIsTakenOrRefused(int length) throws IOException {
        assertEquals(
                length < 65_536 ? 200 : 431,
                raw("GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nX-A: %s\r\n\r\n"
                        .formatted(CONFIG_MAPS, token("editor"), "a".repeat(length))));
    }

    @Test
    void aTooLargeOrRepeatedContentLengthIsRefused() throws IOException {
        String head = "POST %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
                .formatted(CONFIG_MAPS, token("editor"));

        assertEquals(413, raw(head + "Content-Length: 104857600\r\n\r\n"));
        assertEquals(400, raw(head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"));
    }

    /** The status of the answer to a request that is sent as it stands. */
    private int raw(String request) throws IOException {
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("127.0.0.1", cluster.port())) {
            socket.setSoTimeout((int) IN_TIME.toMillis());
            socket.getOutputStream().write(latin(request));
            socket.getOutputStream().flush();
            String line = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1))
                    .readLine();
            return line == null ? 0 : Integer.parseInt(line.split(" ")[1]);
        }
    }

    private static String many(String item) {
        return IntStream.range(0, 20_000)
                .mapToObj(i -> String.format(Locale.ROOT, item, i))
                .collect(Collectors.joining(",", "[", "]"));
    }

    /** What is checked or merged item by item. */
    static Stream<Arguments> longLists() {
        String container = "'containers':[{'name':'a','image':'busybox',";
        return Stream.of(
                Arguments.of(PODS, pod(container + "'env':" + many("{'name':'e%d','value':'x'}") + "}]")),
                Arguments.of(PODS, pod("'containers':" + many("{'name':'a%d','image':'b'}"))),
                Arguments.of(PODS, pod(container + "'tty':false}],'volumes':" + many("{'name':'a%d','emptyDir':{}}"))),
                Arguments.of(
                        PODS,
                        pod(container + "'volumeMounts':" + many("{'name':'a','mountPath':'/%d'}")
                                + "}],'volumes':[{'name':'a','emptyDir':{}}]")),
                Arguments.of(PODS, pod(container + "'ports':" + many("{'containerPort':80,'hostPort':1%05d}") + "}]")),
                Arguments.of(
                        PODS,
                        pod(container + "'tty':false}],'tolerations':" + many("{'key':'a%d','operator':'Exists'}"))),
                Arguments.of(
                        PODS,
                        pod(container + "'tty':false}],'topologySpreadConstraints':"
                                + many("{'maxSkew':1,'topologyKey':'k%d','whenUnsatisfiable':'ScheduleAnyway'}"))),
                Arguments.of(
                        IN_A + "services?dryRun=All",
                        quoted("{'metadata':{'name':'s'},'spec':{'ports':" + many("{'name':'p%1$d','port':1%1$04d}")
                                + "}}")));
    }

    @ParameterizedTest
    @MethodSource("longLists")
    void aLongListIsCheckedInTime(String path, String body) {
        Answer answer = as("editor", "POST", path, body);

        assertTrue(List.of(201, 413, 422).contains(answer.code()), answer::text);
    }

    @Test
    void manyFinalizersAndOwnersAreTooMany() {
        for (String field : List.of(
                "'finalizers':" + many("'a.b/%d'"),
                "'ownerReferences':" + many("{'apiVersion':'v1','kind':'Pod','name':'a','uid':'%d'}"))) {
            Answer answer = send(
                    token("editor"),
                    "PATCH",
                    CONFIG_MAPS + "/acm?dryRun=All",
                    "application/strategic-merge-patch+json",
                    quoted("{'metadata':{" + field + "}}"));

            assertEquals(422, answer.code(), answer::text);
            assertTrue(answer.message().contains("must have at most 1000 items"), answer::message);
        }
    }

    private Answer jsonPatch(String operations) {
        return send(
                token("editor"),
                "PATCH",
                CONFIG_MAPS + "/acm",
                "application/json-patch+json",
                quoted("[" + operations + "]"));
    }

    @Test
    void aJsonPatchCopiesLittle() {
        String doubling = IntStream.range(0, 24)
                .mapToObj(i -> "{'op':'copy','from':'/data/a','path':'/data/a/c%d'}".formatted(i))
                .collect(Collectors.joining(","));
        String large = IntStream.range(0, 5_000)
                .mapToObj(i -> "'k%d':'v'".formatted(i))
                .collect(Collectors.joining(",", "{", "}"));
        String copies = String.join(",", Collections.nCopies(2_000, "{'op':'copy','from':'/data','path':'/x'}"));
        for (String bomb : List.of(
                "{'op':'add','path':'/data','value':{'a':{'x':'y'}}}," + doubling,
                "{'op':'add','path':'/data','value':" + large + "}," + copies)) {
            Answer answer = jsonPatch(bomb);

            assertEquals(422, answer.code(), answer::text);
            assertTrue(answer.message().contains("the accumulated size increase of copy is"), answer::message);
        }
    }

    @Test
    void aJsonPatchNestsNoDeeperThanABody() {
        String nested = "{'a':".repeat(190) + "{}" + "}".repeat(190);
        assertEquals(
                400,
                jsonPatch("{'op':'add','path':'/data','value':%s},{'op':'copy','from':'/data','path':'/data%s'}"
                                .formatted(nested, "/a".repeat(191)))
                        .code());
        assertEquals(200, as("editor", "GET", CONFIG_MAPS + "/acm", "").code());
    }

    @ParameterizedTest
    @ValueSource(ints = {30, 100, 170})
    void aRoleOfManyPartsIsRefusedWithAShortMessage(int count) {
        String rule = Stream.of("verbs", "apiGroups", "resources")
                .map(field -> "'%s':%s"
                        .formatted(
                                field,
                                IntStream.range(0, count)
                                        .mapToObj(i -> "'" + field.charAt(0) + i + "'")
                                        .collect(Collectors.joining(",", "[", "]"))))
                .collect(Collectors.joining(",", "{", "}"));

        Answer answer = as("adm", "POST", ROLES, quoted("{'metadata':{'name':'big'},'rules':[" + rule + "]}"));

        assertEquals(403, answer.code(), answer::text);
        assertTrue(
                answer.text().length() < 20_000, "message of " + answer.text().length());
    }

    @Test
    void requestsWithoutACredentialOrWithAWrongOneAreAnswered() throws IOException {
        assertEquals(401, raw("GET /version HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer bnVsbA.e30.AA\r\n\r\n"));
        assertEquals(400, raw("GET /healthz?% HTTP/1.1\r\nHost: x\r\n\r\n"));
        assertEquals(406, raw("GET /healthz HTTP/1.1\r\nHost: x\r\nAccept: ;\r\n\r\n"));
        assertEquals(
                400,
                raw("GET %s?labelSelector=%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                        .formatted(CONFIG_MAPS, "a.".repeat(3_000) + "a/b", token("viewer"))));
    }

    @Test
    void theRightToUpdateDoesNotCreate() {
        cluster.create(IN_A + "serviceaccounts", "{'metadata':{'name':'upd'}}");
        cluster.create(
                "/apis/rbac.authorization.k8s.io/v1/namespaces/tenant-a/roles",
                "{'metadata':{'name':'upd'},'rules':[{'apiGroups':[''],'resources':['services'],'verbs':['update']}]}");
        cluster.create(
                "/apis/rbac.authorization.k8s.io/v1/namespaces/tenant-a/rolebindings",
                "{'metadata':{'name':'upd'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'Role','name':'upd'},'subjects':[{'kind':'User','name':'rita'}]}");

        Answer answer = send(
                "rita-token",
                "PUT",
                IN_A + "services/byupd",
                JSON,
                quoted("{'metadata':{'name':'byupd'},'spec':{'ports':[{'port':80}]}}"));

        assertEquals(403, answer.code(), answer::text);
    }

    @Test
    void impersonationIsInTheLog() {
        Answer made = send(
                token("editor"),
                "POST",
                CONFIG_MAPS,
                JSON,
                map("imp1"),
                "Impersonate-User",
                "system:serviceaccount:tenant-a:adm");
        assertEquals(201, made.code(), made::text);

        JsonNode change = as(
                        "viewer",
                        "GET",
                        "/apis/history.shiplog.io/v1/namespaces/tenant-a/changes?fieldSelector=object.name=imp1",
                        "")
                .json()
                .at("/items/0");

        assertEquals("system:serviceaccount:tenant-a:adm", change.path("actor").asText());
        assertEquals(
                "system:serviceaccount:tenant-a:editor",
                change.path("impersonator").asText());
    }

    @Test
    void aLocalReviewAndAnUndoStayInTheirNamespace() {
        Answer review = as(
                "adm",
                "POST",
                "/apis/authorization.k8s.io/v1/namespaces/tenant-a/localsubjectaccessreviews",
                quoted(
                        "{'kind':'LocalSubjectAccessReview','apiVersion':'authorization.k8s.io/v1','spec':{'user':'kubernetes-admin','groups':['system:masters'],'resourceAttributes':{'namespace':'tenant-b','verb':'get','resource':'secrets'}}}"));
        assertEquals(422, review.code(), review::text);

        long revision = cluster.create(
                "/api/v1/namespaces/tenant-b/secrets", "{'metadata':{'name':'sb'},'stringData':{'pw':'SECRET'}}");
        String undo = "{'apiVersion':'history.shiplog.io/v1','kind':'Undo','spec':{'from':'%1$d','to':'%1$d'}}";
        String path = "/apis/history.shiplog.io/v1/namespaces/tenant-a/undoes?dryRun=All";
        Answer anothers = as("editor", "POST", path, quoted(undo.formatted(revision)));
        assertEquals(404, anothers.code(), anothers::text);
        assertEquals("changes.history.shiplog.io \"%d\" not found".formatted(revision), anothers.message());
    }

    @Test
    void aNamespaceOfAFormerNameShowsNothingOfTheFormerOne() {
        cluster.create("/api/v1/namespaces", "{'metadata':{'name':'reused'}}");
        long revision = cluster.create(
                "/api/v1/namespaces/reused/secrets", "{'metadata':{'name':'db'},'stringData':{'pw':'FIRST'}}");
        ObjectKey namespace = ObjectKey.clusterScoped(ResourceType.core("namespaces"), "reused");
        cluster.delete("/api/v1/namespaces/reused");
        cluster.awaitImage(image -> image.get(namespace) == null);
        cluster.create("/api/v1/namespaces", "{'metadata':{'name':'reused'}}");
        account("reused", "second", "edit");

        Answer past = as("second", "GET", "/at/" + revision + "/api/v1/namespaces/reused/secrets/db", "");
        Answer changes = as("second", "GET", "/apis/history.shiplog.io/v1/namespaces/reused/changes", "");

        assertEquals(403, past.code(), past::text);
        assertEquals(200, changes.code());
        assertFalse(changes.text().contains("\"name\":\"db\""), changes::text);
    }

    /** With an owner that is not there the garbage collector would delete it, and its runner would register it again. */
    @Test
    void aNodeDoesNotShedItsTaints() {
        cluster.create(
                "/api/v1/nodes",
                "{'metadata':{'name':'node-1'},'spec':{'unschedulable':true,'taints':[{'key':'quarantine','value':'yes','effect':'NoSchedule'}]}}");
        HttpClient node = client(cluster.pki().identify(Identity.node("node-1")));
        String taints = as(node, "GET", "").json().at("/spec/taints").toString();
        for (String change : List.of(
                "{'metadata':{'ownerReferences':[{'apiVersion':'v1','kind':'Node','name':'no-such','uid':'11111111-1111-1111-1111-111111111111'}]}}",
                "{'metadata':{'finalizers':['a.b/c']}}",
                "{'metadata':{'labels':{'node-restriction.kubernetes.io/x':'y'}}}",
                "{'spec':{'taints':null}}")) {
            Answer answer = as(node, "PATCH", quoted(change));

            assertEquals(403, answer.code(), answer::text);
        }
        assertEquals(403, as(node, "DELETE", "").code());
        assertEquals(taints, as(node, "GET", "").json().at("/spec/taints").toString());
    }

    private Answer as(HttpClient node, String method, String body) {
        return send(
                node,
                "",
                method,
                "/api/v1/nodes/node-1",
                "application/merge-patch+json",
                body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aNamespaceThatTakesRestrictedPodsTakesNoOther() {
        cluster.create(
                "/api/v1/namespaces",
                "{'metadata':{'name':'strict','labels':{'pod-security.kubernetes.io/enforce':'restricted'}}}");
        account("strict", "dev", "edit");

        Answer answer = as(
                "dev",
                "POST",
                "/api/v1/namespaces/strict/pods?dryRun=All",
                pod(
                        "'hostPID':true,'hostNetwork':true,'volumes':[{'name':'h','hostPath':{'path':'/'}}],'containers':[{'name':'a','image':'busybox','securityContext':{'privileged':true},'volumeMounts':[{'name':'h','mountPath':'/h'}]}]"));

        assertEquals(403, answer.code(), answer::text);
        assertTrue(
                answer.message().contains("violates PodSecurity \"restricted:latest\": host namespaces"),
                answer::message);
    }

    /** What the API refuses of a pod; what only its node can tell is in {@code PodsKeptInIT}. */
    static Stream<Arguments> pods() {
        String mounted =
                "'containers':[{'name':'a','image':'busybox','volumeMounts':[{'name':'v','mountPath':'/m'%s}]}],'volumes':[{'name':'v',%s}]";
        String token = mounted.formatted("", "'projected':{'sources':[{'serviceAccountToken':{'path':'%s'}}]}");
        return Stream.of(
                Arguments.of(422, token.formatted("../../../../tmp/attack-token"), "must not contain '..'"),
                Arguments.of(422, token.formatted("..data"), "must not start with '..'"),
                Arguments.of(422, token.formatted("..data/x"), "must not start with '..'"),
                Arguments.of(
                        403,
                        "'runtimeClassName':'gvisor','containers':[{'name':'a','image':'busybox'}]",
                        "RuntimeClass \"gvisor\" not found"),
                Arguments.of(
                        422,
                        mounted.formatted(",'mountPropagation':'Bidirectional'", "'hostPath':{'path':'/tmp/x'}"),
                        "Bidirectional mount propagation is available only to privileged containers"));
    }

    @ParameterizedTest
    @MethodSource("pods")
    void aPodThatReachesOutsideIsRefused(int code, String spec, String why) {
        Answer answer = as("editor", "POST", PODS, pod(spec));

        assertEquals(code, answer.code(), answer::text);
        assertTrue(answer.message().contains(why), answer::message);
    }
}
