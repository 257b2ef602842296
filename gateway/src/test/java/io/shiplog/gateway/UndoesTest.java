package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.Authorizer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code undoes.history.shiplog.io}. */
class UndoesTest extends ClusterTest {
    private static final String IN_SHOP = "/apis/history.shiplog.io/v1/namespaces/shop/undoes";

    /** All users except the admin may undo, and do everything with ConfigMaps except delete them. */
    @Override
    Authorizer authorizer() {
        return (image, request) -> {
            boolean master = request.actor().groups().contains("system:masters");
            boolean may = request.resource().equals("undoes")
                    || request.resource().equals("configmaps")
                            && !request.verb().equals("delete");
            return new Access(master || may, "");
        };
    }

    private static String spec(String text) {
        return "{\"spec\":%s}".formatted(text.replace('\'', '"'));
    }

    private void change(String name, String value) {
        admin.patch(
                        CONFIG_MAPS + "/" + name,
                        "application/merge-patch+json",
                        "{\"data\":{\"k\":\"%s\"}}".formatted(value))
                .is(200);
    }

    private String valueOf(String name) {
        return admin.get(CONFIG_MAPS + "/" + name).at("data.k");
    }

    @Test
    void aDryRunShowsTheCommandsAndSendsNone() {
        configMap("a", "");
        change("a", "w");

        Api.Answer undo =
                admin.post(IN_SHOP + "?dryRun=All", spec("{'from':'2'}")).is(201);

        assertEquals("Undo", undo.at("kind"));
        assertEquals("update", undo.at("status.commands.0.verb"));
        assertEquals("ConfigMap", undo.at("status.commands.0.object.kind"));
        assertEquals("a", undo.at("status.commands.0.object.name"));
        assertEquals(
                "[{\"path\":\".data.k\",\"op\":\"replace\",\"before\":\"w\",\"after\":\"v\"}]",
                undo.at("status.commands.0.fields"));
        assertEquals("[]", undo.at("status.conflicts"));
        assertEquals("w", valueOf("a"));
    }

    @Test
    void aDryRunNamesWhatTheClusterWouldRefuse() {
        configMap("a", "");
        change("a", "w");
        cluster.commands.refuseNext(Refusal.of(Refusal.Reason.INVALID, "provided port is already allocated"));

        Api.Answer refused =
                admin.post(IN_SHOP + "?dryRun=All", spec("{'from':'2'}")).is(201);
        Api.Answer taken =
                admin.post(IN_SHOP + "?dryRun=All", spec("{'from':'2'}")).is(201);

        assertEquals("provided port is already allocated", refused.at("status.commands.0.refusal"));
        assertEquals("", taken.at("status.commands.0.refusal"));
        assertEquals("w", valueOf("a"));
    }

    @Test
    void theCommandsAreTheCallersOwnAndOfOneCorrelation() {
        configMap("a", "");
        configMap("b", "");
        change("a", "w");
        change("b", "w");

        Api.Answer undo = admin.post(IN_SHOP, spec("{'from':'3','to':'4'}")).is(201);

        assertEquals("v", valueOf("a"));
        assertEquals("v", valueOf("b"));
        String changes =
                "/apis/history.shiplog.io/v1/changes?fieldSelector=correlation%3D" + undo.at("status.correlation");
        assertEquals(2, admin.get(changes).json().path("items").size());
        assertEquals("kubernetes-admin", admin.get(changes).at("items.0.actor"));
        assertEquals(undo.at("status.correlation"), admin.get(changes).at("items.0.command"));
    }

    @Test
    void aConflictNamesTheFieldAndWhoChangedIt() {
        configMap("a", "");
        change("a", "w");
        change("a", "x");

        Api.Answer preview =
                admin.post(IN_SHOP + "?dryRun=All", spec("{'from':'2'}")).is(201);
        Api.Answer undo = admin.post(IN_SHOP, spec("{'from':'2'}"));

        assertEquals(".data.k", preview.at("status.conflicts.0.path"));
        undo.refuses(
                409,
                "Conflict",
                "nothing was undone: configmaps \"a\": .data.k was changed since, to \"x\", by kubernetes-admin at revision 3");
        assertEquals(".data.k", undo.at("details.causes.0.field"));
        assertEquals("x", valueOf("a"));
    }

    @Test
    void anEditOfAnotherFieldThatComesBetweenIsNoConflict() {
        configMap("a", "");
        change("a", "w");
        cluster.commands.refuseNext(
                Refusal.conflict(ObjectKey.of(ResourceType.core("configmaps"), "shop", "a"), Refusal.MODIFIED));

        admin.post(IN_SHOP, spec("{'from':'2'}")).is(201);

        assertEquals("v", valueOf("a"));
    }

    private static final String PODS = "/api/v1/namespaces/shop/pods";

    private void pod(String change) {
        admin.post(
                        PODS,
                        "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\",\"labels\":{\"l\":\"1\"}},\"spec\":"
                                + "{\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"resources\":{\"requests\":{\"cpu\":\"1\"}}}]}}")
                .is(201);
        admin.patch(PODS + "/a", "application/merge-patch+json", change.replace('\'', '"'))
                .is(200);
    }

    @Test
    void aResizeIsUndoneByAResize() {
        pod(
                "{'spec':{'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'2'},'limits':{'cpu':'3'}}}]}}");

        admin.post(IN_SHOP, spec("{'from':'2'}")).is(201);

        ReplaceObject last = (ReplaceObject) cluster.commands.last().command();
        assertEquals("resize", last.subresource());
        assertEquals("{\"requests\":{\"cpu\":\"1\"}}", admin.get(PODS + "/a").at("spec.containers.0.resources"));
    }

    @Test
    void otherChangesOfAResizedPodAreUndoneByACommandOfTheirOwn() {
        pod(
                "{'metadata':{'labels':{'l':'2'}},'spec':{'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'2'}}}]}}");

        Api.Answer undo = admin.post(IN_SHOP, spec("{'from':'2'}")).is(201);

        String changes =
                "/apis/history.shiplog.io/v1/changes?fieldSelector=correlation%3D" + undo.at("status.correlation");
        assertEquals(2, admin.get(changes).json().path("items").size());
        assertEquals("1", admin.get(PODS + "/a").at("metadata.labels.l"));
        assertEquals("1", admin.get(PODS + "/a").at("spec.containers.0.resources.requests.cpu"));
    }

    @Test
    void whereNothingWasDoneTheRefusalIsTheAnswer() {
        configMap("a", "");
        change("a", "w");
        cluster.commands.refuseNext(Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "no writer"));

        admin.post(IN_SHOP, spec("{'from':'2'}")).refuses(503, "ServiceUnavailable", "no writer");

        assertEquals("w", valueOf("a"));
    }

    @Test
    void aRefusedCommandKeepsNoOtherBackAndEachIsReported() {
        configMap("a", "");
        configMap("b", "");
        change("a", "w");
        change("b", "w");
        cluster.commands.refuseNext(Refusal.of(Refusal.Reason.INVALID, "exceeded quota"));

        Api.Answer undo = admin.post(IN_SHOP, spec("{'from':'3','to':'4'}")).is(201);

        assertEquals("exceeded quota", undo.at("status.commands.0.refusal"));
        assertEquals("", undo.at("status.commands.1.refusal"));
        String refused = undo.at("status.commands.0.object.name");
        String done = undo.at("status.commands.1.object.name");
        assertEquals("w", valueOf(refused));
        assertEquals("v", valueOf(done));

        Api.Answer again = admin.post(IN_SHOP, spec("{'from':'3','to':'4'}")).is(201);
        assertEquals(1, again.json().path("status").path("commands").size());
        assertEquals("v", valueOf(refused));
    }

    @Test
    void whereTheLogCannotBeWrittenTheRestIsNotSent() {
        configMap("a", "");
        configMap("b", "");
        change("a", "w");
        change("b", "w");
        cluster.commands.refuseNext(Refusal.of(Refusal.Reason.SERVICE_UNAVAILABLE, "no writer"));

        admin.post(IN_SHOP, spec("{'from':'3','to':'4'}")).refuses(503, "ServiceUnavailable", "no writer");

        assertEquals("w", valueOf("a"));
        assertEquals("w", valueOf("b"));
    }

    @Test
    void whatWasNotMadeAgainLeavesItsDependentsOut() {
        String owner = configMap("a", "").at("metadata.uid");
        admin.post(CONFIG_MAPS, """
                {"metadata":{"name":"b","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"a","uid":"%s"}]}}""".formatted(owner)).is(201);
        configMap("c", "");
        for (String name : new String[] {"a", "b", "c"}) {
            admin.delete(CONFIG_MAPS + "/" + name, "").is(200);
        }
        cluster.commands.refuseNext(Refusal.of(Refusal.Reason.INVALID, "exceeded quota"));

        Api.Answer undo = admin.post(IN_SHOP, spec("{'from':'4','to':'6'}")).is(201);

        assertEquals("a", undo.at("status.commands.0.object.name"));
        assertEquals("exceeded quota", undo.at("status.commands.0.refusal"));
        assertEquals("not sent: its owner, ConfigMap \"a\", was not recreated", undo.at("status.commands.1.refusal"));
        assertEquals("", undo.at("status.commands.2.refusal"));
        admin.get(CONFIG_MAPS + "/b").is(404);
        admin.get(CONFIG_MAPS + "/c").is(200);
    }

    @Test
    void whoMayNotDoACommandMayNotHaveItDoneByUndoing() {
        configMap("a", "");
        change("a", "w");
        configMap("b", "");
        try (Api rita = Api.withCertificate(cluster, cluster.pki.issue("editor", "O=editors,CN=rita"))) {
            String message = rita.post(IN_SHOP + "?dryRun=All", spec("{'from':'3'}"))
                    .is(403)
                    .at("message");
            assertEquals(
                    "configmaps \"b\" is forbidden: User \"rita\" cannot delete resource \"configmaps\" in API group \"\" in the namespace \"shop\"",
                    message);
            rita.post(IN_SHOP, spec("{'from':'2'}")).is(201);
        }
        assertEquals("v", valueOf("a"));
        assertEquals("rita", admin.get("/apis/history.shiplog.io/v1/changes/4").at("actor"));
    }

    @Test
    void whatTheCallerMayNotReadIsOmittedAndTheAnswerSaysSo() {
        configMap("a", "");
        admin.post(
                        "/api/v1/namespaces/shop/secrets",
                        "{\"kind\":\"Secret\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"s\"}}")
                .is(201);
        change("a", "w");
        try (Api rita = Api.withCertificate(cluster, cluster.pki.issue("editor", "O=editors,CN=rita"))) {
            Api.Answer undo = rita.post(IN_SHOP + "?dryRun=All", spec("{'from':'2','to':'3'}"))
                    .is(201);

            assertEquals(1, undo.json().path("status").path("commands").size());
            assertEquals("changes of objects that you may not read are omitted", undo.at("status.notes.0"));
            rita.post(IN_SHOP, spec("{'from':'2'}")).is(404);
        }
    }

    @Test
    void aNamespacesReviewTouchesNoOtherNamespace() {
        configMap("a", "");
        admin.post(
                        "/api/v1/namespaces/other/configmaps",
                        "{\"kind\":\"ConfigMap\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"b\"}}")
                .is(201);

        Api.Answer undo = admin.post(IN_SHOP + "?dryRun=All", spec("{'from':'1','to':'2'}"))
                .is(201);

        assertEquals(1, undo.json().path("status").path("commands").size());
        assertEquals("delete", undo.at("status.commands.0.verb"));
        assertTrue(admin.post(IN_SHOP, spec("{'namespace':'other','to':'1'}"))
                .is(400)
                .text()
                .contains("other"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | 400 | BadRequest | spec: exactly one of from, object and namespace must be specified",
                "{'from':'2','namespace':'shop'} | 400 | BadRequest | spec: exactly one of from, object and namespace must be specified",
                "{'namespace':'shop'} | 400 | BadRequest | spec.to: Required value: the revision or time to go back to",
                "{'from':'1'} | 410 | Expired | revision 1 is no longer in the log: its revisions are 2 to 3",
                "{'namespace':'shop','to':'1'} | 410 | Expired | revision 1 is no longer in the log: its revisions are 2 to 3",
                "{'from':'9'} | 400 | BadRequest | revision 9 is in the future: the newest revision is 3",
                "{'from':'2','to':'2999-01-01T00:00:00Z'} | 400 | BadRequest | 2999-01-01T00:00:00Z is in the future: the newest revision is 3",
                "{'object':{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','name':'a'},'to':'2'} | 400 | BadRequest | spec.object: leases cannot be undone"
            })
    void whatCannotBeUndoneIsNamed(String spec, int code, String reason, String message) {
        configMap("a", "");
        change("a", "w");
        change("a", "x");
        cluster.log.cutBefore(2);

        admin.post(IN_SHOP, spec(spec)).refuses(code, reason, message);
    }
}
