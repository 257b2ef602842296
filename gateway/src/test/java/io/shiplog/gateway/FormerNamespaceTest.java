package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.projections.access.Authorizer;
import io.shiplog.projections.access.RbacAuthorizer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A namespace's past is only for users who may read that very namespace: a new team under an old name sees nothing of the
 * former one.
 */
class FormerNamespaceTest extends ClusterTest {
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1";
    private static final String SECRETS = "/api/v1/namespaces/reused/secrets";
    private static final String HISTORY = "/apis/history.shiplog.io/v1";

    private Api alice;
    private long former;
    private long today;

    @Override
    Authorizer authorizer() {
        return new RbacAuthorizer();
    }

    @BeforeEach
    void aNamespaceThatIsMadeASecondTime() {
        namespace();
        former = secret("former-password");
        admin.delete(SECRETS + "/db", "").is(200);
        admin.delete("/api/v1/namespaces/reused", "").is(200);
        namespace();
        admin.post(RBAC + "/namespaces/reused/roles", """
                {"metadata":{"name":"all"},"rules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}]}""").is(201);
        admin.post(RBAC + "/namespaces/reused/rolebindings", """
                {"metadata":{"name":"all"},"roleRef":{"kind":"Role","name":"all"},"subjects":[{"kind":"User","name":"alice"}]}""").is(201);
        alice = Api.withToken(cluster, ClusterInMemory.ALICE_TOKEN);
    }

    @AfterEach
    void leave() {
        alice.close();
    }

    private void namespace() {
        admin.post("/api/v1/namespaces", "{\"metadata\":{\"name\":\"reused\"}}").is(201);
    }

    private long secret(String password) {
        return Long.parseLong(admin.post(
                        SECRETS, "{\"metadata\":{\"name\":\"db\"},\"stringData\":{\"p\":\"%s\"}}".formatted(password))
                .is(201)
                .at("metadata.resourceVersion"));
    }

    @Test
    void readsUnderAtAreOfTodaysNamespace() {
        today = secret("todays-password");

        alice.get("/at/" + former + SECRETS + "/db").is(403);
        alice.get("/at/" + admin.get(HISTORY + "/changes/" + former).at("time") + SECRETS)
                .is(403);
        alice.get("/at/" + former + SECRETS).is(403);
        alice.get("/at/" + today + SECRETS + "/db").is(200);
        admin.get("/at/" + former + SECRETS + "/db").is(200);
    }

    @Test
    void listsAndWatchesFromAnOldRevisionAreToo() {
        today = secret("todays-password");

        alice.get(SECRETS + "?resourceVersion=" + former + "&resourceVersionMatch=Exact")
                .is(410);
        alice.get(SECRETS + "?watch=true&timeoutSeconds=1&resourceVersion=" + former)
                .is(410);
        alice.get(SECRETS + "?resourceVersion=" + today + "&resourceVersionMatch=Exact")
                .is(200);
        alice.get("/at/" + today + SECRETS + "?resourceVersion=" + former + "&resourceVersionMatch=Exact")
                .is(410);
        alice.get("/at/" + today + SECRETS + "?limit=5&resourceVersion=" + former)
                .is(410);
        admin.get(SECRETS + "?resourceVersion=" + former + "&resourceVersionMatch=Exact")
                .is(200);
    }

    @Test
    void changesAreToo() {
        today = secret("todays-password");

        String seen = alice.get(HISTORY + "/namespaces/reused/changes").is(200).text();

        assertFalse(seen.contains("former-password"), seen);
        assertTrue(seen.contains("todays-password"), seen);
        alice.get(HISTORY + "/namespaces/reused/changes/" + former).is(403);
        alice.get(HISTORY + "/namespaces/reused/changes/" + today).is(200);
        assertTrue(admin.get(HISTORY + "/namespaces/reused/changes").text().contains("former-password"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "blames | {'object':{'apiVersion':'v1','kind':'Secret','name':'db'}} | 404",
                "causes | {'object':{'apiVersion':'v1','kind':'Secret','name':'db'}} | 404",
                "causes | {'change':'FORMER'} | 403",
                "undoes?dryRun=All | {'from':'FORMER','to':'FORMER'} | 404"
            })
    void questionsAreToo(String review, String spec, int code) {
        String body = "{\"spec\":%s}".formatted(spec.replace('\'', '"').replace("FORMER", Long.toString(former)));

        Api.Answer answer =
                alice.post(HISTORY + "/namespaces/reused/" + review, body).is(code);

        assertFalse(answer.text().contains("former-password"), answer::text);
        assertFalse(admin.post(HISTORY + "/namespaces/reused/" + review, body)
                .text()
                .contains("not found"));
    }

    @Test
    void searchesAreToo() {
        String text = "{\"spec\":{\"text\":\"db\",\"at\":\"%d\"}}";
        today = secret("todays-password");

        String seen = alice.post(HISTORY + "/namespaces/reused/searches", text.formatted(today))
                .is(201)
                .text();
        Api.Answer then = alice.post(HISTORY + "/namespaces/reused/searches", text.formatted(former))
                .is(201);

        assertTrue(seen.contains("\"" + today + "\""), seen);
        assertFalse(seen.contains("\"" + former + "\""), seen);
        assertEquals("[]", then.at("status.objects"));
        assertEquals("[]", then.at("status.changes"));
        assertEquals("[]", then.at("status.deleted"));
        Api.Answer all = admin.post(HISTORY + "/namespaces/reused/searches", text.formatted(former))
                .is(201);
        assertEquals("db", all.at("status.objects.0.name"));
    }

    @Test
    void aReadThatTakesAnythingNotOlderIsOfThePresent() {
        today = secret("todays-password");

        alice.get(SECRETS + "?resourceVersion=" + former).is(200);
        alice.get(SECRETS + "/db?resourceVersion=" + former).is(200);
        alice.get(SECRETS + "?limit=1&resourceVersion=" + former).is(410);
        alice.get(SECRETS
                        + "?watch=true&timeoutSeconds=1&sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan&resourceVersion="
                        + former)
                .is(200);
    }

    @Test
    void aListOfTheFormerNamespaceCannotBeContinued() {
        secret("todays-password");
        admin.post(SECRETS, "{\"metadata\":{\"name\":\"second\"}}").is(201);
        String next = SECRETS + "?limit=1&continue="
                + admin.get(SECRETS + "?limit=1").is(200).at("metadata.continue");
        alice.get(next).is(200);

        admin.delete("/api/v1/namespaces/reused", "").is(200);
        namespace();

        alice.get(next).is(410);
        admin.get(next).is(200);
    }

    @Test
    void whenNoNamespaceHasTheNameItsPastIsForThoseWhoReadAll() {
        today = secret("todays-password");
        admin.delete(SECRETS + "/db", "").is(200);
        admin.delete("/api/v1/namespaces/reused", "").is(200);

        alice.get("/at/" + today + SECRETS).is(403);
        assertEquals(
                "[]",
                alice.get(HISTORY + "/namespaces/reused/changes?fieldSelector=object.kind=Secret")
                        .is(200)
                        .at("items"));
        admin.get("/at/" + today + SECRETS).is(200);
    }

    @Test
    void schedulingIsReviewedInTheLifeOfTodaysNamespace() {
        String pods = "/api/v1/namespaces/reused/pods";
        String pod =
                "{\"metadata\":{\"name\":\"p\"},\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"busybox:1.36\"}]}}";
        long before = Long.parseLong(admin.post(pods, pod).is(201).at("metadata.resourceVersion"));
        admin.delete(pods + "/p", "").is(200);
        admin.delete("/api/v1/namespaces/reused", "").is(200);
        namespace();
        long now = Long.parseLong(admin.post(pods, pod).is(201).at("metadata.resourceVersion"));
        String reviews = HISTORY + "/namespaces/reused/schedulereviews";
        String spec = "{\"spec\":{\"pod\":{\"name\":\"p\"},\"at\":\"%d\"}}";

        alice.post(reviews, spec.formatted(before)).is(404);
        alice.post(reviews, spec.formatted(now)).is(201);
        admin.post(reviews, spec.formatted(before)).is(201);
    }

    @Test
    void localReviewsUnderAtAreOfTodaysNamespace() {
        today = secret("todays-password");
        String path = "/apis/authorization.k8s.io/v1/namespaces/reused/localsubjectaccessreviews";
        String spec =
                "{\"spec\":{\"user\":\"bob\",\"resourceAttributes\":{\"namespace\":\"reused\",\"verb\":\"get\",\"resource\":\"secrets\"}}}";

        alice.post("/at/" + former + path, spec).is(403);
        alice.post("/at/" + today + path, spec).is(201);
    }

    @Test
    void undoOfTheNamespaceBringsNothingOfTheFormerOneBack() {
        Api.Answer answer = alice.post(
                HISTORY + "/namespaces/reused/undoes?dryRun=All",
                "{\"spec\":{\"namespace\":\"reused\",\"to\":\"%d\"}}".formatted(former));

        assertFalse(answer.text().contains("former-password"), answer::text);
    }

    @Test
    void whatAUserMayNotSeeIsNotToldApartByUndo() {
        String other = admin.post("/api/v1/namespaces/shop/secrets", "{\"metadata\":{\"name\":\"x\"}}")
                .is(201)
                .at("metadata.resourceVersion");
        String body = "{\"spec\":{\"from\":\"%s\",\"to\":\"%s\"}}".formatted(other, other);

        Api.Answer answer = alice.post(HISTORY + "/namespaces/reused/undoes?dryRun=All", body)
                .is(404);

        assertEquals("changes.history.shiplog.io \"%s\" not found".formatted(other), answer.at("message"));
    }

    @Test
    void rightsAreAskedAboutUnderAt() {
        String review = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        String spec =
                "{\"spec\":{\"resourceAttributes\":{\"namespace\":\"reused\",\"verb\":\"get\",\"resource\":\"secrets\"}}}";
        admin.post(RBAC + "/clusterroles", """
                {"metadata":{"name":"ask"},"rules":[{"verbs":["create"],"apiGroups":["authorization.k8s.io"],"resources":["*"]}]}""").is(201);
        admin.post(RBAC + "/clusterrolebindings", """
                {"metadata":{"name":"ask"},"roleRef":{"kind":"ClusterRole","name":"ask"},"subjects":[{"kind":"User","name":"alice"}]}""").is(201);

        assertEquals("true", alice.post(review, spec).is(201).at("status.allowed"));
        assertEquals("false", alice.post("/at/" + former + review, spec).is(201).at("status.allowed"));
        alice.post("/at/" + former + SECRETS, "{}").is(405);
    }

    @Test
    void aLocalReviewStaysInItsNamespace() {
        String path = "/apis/authorization.k8s.io/v1/namespaces/reused/localsubjectaccessreviews";
        String spec =
                "{\"spec\":{\"user\":\"bob\",\"resourceAttributes\":{\"namespace\":\"%s\",\"verb\":\"get\",\"resource\":\"secrets\"}}}";

        alice.post(path, spec.formatted("reused")).is(201);
        alice.post(path, spec.formatted("shop"))
                .refuses(
                        422,
                        "Invalid",
                        ".authorization.k8s.io \"\" is invalid: spec.resourceAttributes.namespace: Invalid value: \"shop\": must match metadata.namespace");
    }

    @Test
    void whoActsInAnothersNameIsInTheLog() {
        admin.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"own\"}}").is(201);
        admin.post(RBAC + "/namespaces/shop/roles", """
                {"metadata":{"name":"all"},"rules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}]}""").is(201);
        admin.post(RBAC + "/namespaces/shop/rolebindings", """
                {"metadata":{"name":"all"},"roleRef":{"kind":"Role","name":"all"},"subjects":[{"kind":"User","name":"jane"}]}""").is(201);

        admin.post(CONFIG_MAPS, "{\"metadata\":{\"name\":\"as-jane\"}}", "Impersonate-User", "jane")
                .is(201);

        String changes = HISTORY + "/namespaces/shop/changes?fieldSelector=object.name=";
        Api.Answer asJane = admin.get(changes + "as-jane").is(200);
        assertEquals("jane", asJane.at("items.0.actor"));
        assertEquals("kubernetes-admin", asJane.at("items.0.impersonator"));
        assertEquals("", admin.get(changes + "own").at("items.0.impersonator"));
        assertEquals(
                "Created by jane (impersonated by kubernetes-admin) (#%s)."
                        .formatted(asJane.at("items.0.metadata.name")),
                admin.post(
                                HISTORY + "/namespaces/shop/causes",
                                "{\"spec\":{\"object\":{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"name\":\"as-jane\"}}}")
                        .is(201)
                        .at("status.verdict"));
        assertEquals(
                "as-jane",
                admin.get(HISTORY + "/changes?fieldSelector=impersonator=kubernetes-admin")
                        .at("items.0.object.name"));
        assertEquals(
                "jane (impersonated by kubernetes-admin)",
                admin.get(changes + "as-jane", "Accept", Api.TABLE).at("rows.0.cells.2"));
    }
}
