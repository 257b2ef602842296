package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code causes.history.shiplog.io} and {@code schedulereviews.history.shiplog.io}. */
class CausesTest extends ClusterTest {
    private static final String HISTORY = "/apis/history.shiplog.io/v1/";
    private static final String CAUSES = HISTORY + "namespaces/shop/causes";
    private static final String REVIEWS = HISTORY + "namespaces/shop/schedulereviews";
    private static final String PODS = "/api/v1/namespaces/shop/pods";
    private static final String ABOUT_A =
            "{\"spec\":{\"object\":{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"name\":\"a\"}}}";

    /** All users except the admin may create causes, and read only ConfigMaps. */
    @Override
    Authorizer authorizer() {
        return (image, request) -> {
            boolean master = request.actor().groups().contains("system:masters");
            boolean reads = request.verb().equals("get") && request.resource().equals("configmaps");
            return new Access(master || reads || request.group().equals("history.shiplog.io"), "");
        };
    }

    private void pod(String name) {
        admin.post(PODS, "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"%s\"}}".formatted(name))
                .is(201);
    }

    @Test
    void theChainOfAnObjectSaysWhoDidWhat() {
        configMap("a", "");
        admin.delete(CONFIG_MAPS + "/a", "").is(200);

        Api.Answer cause = admin.post(CAUSES, ABOUT_A).is(201);

        assertEquals("Cause", cause.at("kind"));
        assertEquals(2, cause.json().path("status").path("chain").size());
        assertEquals("object", cause.at("status.chain.0.part"));
        assertEquals("created", cause.at("status.chain.0.what"));
        assertEquals("kubernetes-admin", cause.at("status.chain.0.actor"));
        assertEquals("a", cause.at("status.chain.0.object.name"));
        assertEquals("2", cause.at("status.chain.1.revision"));
        assertEquals("deleted", cause.at("status.chain.1.what"));
    }

    @Test
    void anEventMayBeAskedAboutByItsRevision() {
        configMap("a", "");

        Api.Answer cause =
                admin.post(HISTORY + "causes", "{\"spec\":{\"change\":\"1\"}}").is(201);

        assertEquals("1", cause.at("status.chain.0.revision"));
        admin.post(CAUSES, "{\"spec\":{\"change\":\"1\"}}").is(201);
        admin.post(CAUSES.replace("shop", "other"), "{\"spec\":{\"change\":\"1\"}}")
                .refuses(404, "NotFound", "changes.history.shiplog.io \"1\" not found");
        admin.post(HISTORY + "causes", "{\"spec\":{\"change\":\"2\"}}")
                .refuses(400, "BadRequest", "revision 2 is in the future: the newest revision is 1");
    }

    @Test
    void whatTheCallerMayNotReadIsNoPartOfItsAnswer() {
        configMap("a", "");
        pod("p");
        try (Api rita = Api.withCertificate(cluster, cluster.pki.issue("reader", "O=readers,CN=rita"))) {
            assertEquals(
                    1,
                    rita.post(CAUSES, ABOUT_A)
                            .is(201)
                            .json()
                            .path("status")
                            .path("chain")
                            .size());
            rita.post(CAUSES, ABOUT_A.replace("ConfigMap", "Pod")).is(403);
            rita.post(HISTORY + "causes", "{\"spec\":{\"change\":\"2\"}}").is(403);
            rita.post(REVIEWS, "{\"spec\":{\"pod\":{\"name\":\"p\"}}}").is(403);
        }
    }

    @Test
    void aPodWithoutANodeIsToldWhatTheSchedulerWouldDecide() {
        pod("p");
        pod("q");

        Api.Answer cause = admin.post(
                        CAUSES, ABOUT_A.replace("ConfigMap", "Pod").replace("\"a\"", "\"p\""))
                .is(201);

        assertEquals("2", cause.at("status.scheduling.pods"));
        assertEquals("2", cause.at("status.scheduling.revision"));
    }

    @Test
    void aScheduleReviewAsksTheSchedulerOnTheStateOfItsMoment() {
        pod("p");
        pod("q");
        admin.delete(PODS + "/q", "").is(200);

        assertEquals(
                "1",
                admin.post(REVIEWS, "{\"spec\":{\"pod\":{\"name\":\"p\"}}}")
                        .is(201)
                        .at("status.pods"));
        assertEquals(
                "2",
                admin.post(REVIEWS, "{\"spec\":{\"pod\":{\"name\":\"p\"},\"at\":\"2\"}}")
                        .is(201)
                        .at("status.pods"));
        admin.post(REVIEWS, "{\"spec\":{\"pod\":{\"name\":\"q\"},\"at\":\"1\"}}")
                .refuses(404, "NotFound", "pods \"q\" not found");
        admin.post(REVIEWS, "{\"spec\":{}}")
                .refuses(400, "BadRequest", "spec.pod: Required value: apiVersion, kind and name of an object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | 400 | BadRequest | spec: exactly one of object and change must be specified",
                "{'change':'x'} | 400 | BadRequest | spec.change: Invalid value: \"x\": a revision, as in \"1234\"",
                "{'change':'1'} | 410 | Expired | revision 1 is no longer in the log: its revisions are 2 to 2",
                "{'object':{'apiVersion':'v1','kind':'ConfigMap','name':'never'}} | 404 | NotFound | configmaps \"never\" not found",
                "{'object':{'apiVersion':'v1','kind':'ConfigMap','name':'b'},'at':'1'} | 410 | Expired | revision 1 is no longer in the log: its revisions are 2 to 2",
                "{'object':{'apiVersion':'v1','kind':'ConfigMap','name':'b'},'at':'9'} | 400 | BadRequest | revision 9 is in the future: the newest revision is 2"
            })
    void aRequestThatCannotBeAnsweredIsRefusedWithTheReason(String spec, int code, String reason, String message) {
        configMap("a", "");
        configMap("b", "");
        cluster.log.cutBefore(2);

        admin.post(CAUSES, "{\"spec\":%s}".formatted(spec.replace('\'', '"'))).refuses(code, reason, message);
    }
}
