package io.shiplog.command.decide;

import static io.shiplog.command.decide.Scenario.given;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.TestKinds;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.events.command.Command.ReplaceObject;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.object.ObjectKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UpdatingTest {
    private static final ObjectKey SETTINGS = ObjectKey.of(TestKinds.CONFIG_MAPS, "shop", "settings");
    private static final ObjectKey WEB = ObjectKey.of(TestKinds.DEPLOYMENTS, "shop", "web");
    private static final ObjectKey POD = ObjectKey.of(TestKinds.PODS, "shop", "web-1");

    private static final String SETTINGS_JSON = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'settings',"
            + "'namespace':'shop','uid':'u-1','creationTimestamp':'2026-01-01T00:00:00Z'},'data':{'color':'blue'}}";
    private static final String WEB_JSON = "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web',"
            + "'namespace':'shop','uid':'u-2','generation':4},'spec':{'replicas':2,'selector':{'matchLabels':{'app':'web'}},"
            + "'template':{'metadata':{'labels':{'app':'web'}}}},'status':{'replicas':2}}";
    private static final String POD_JSON =
            "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'web-1','namespace':'shop',"
                    + "'uid':'u-3'},'spec':{'nodeName':'n1'},'status':{'phase':'Pending'}}";

    @Test
    void anUpdateKeepsWhatTheSystemGave() {
        ObjectNode next = given(SETTINGS_JSON)
                .replace(
                        SETTINGS,
                        "{'metadata':{'name':'settings','creationTimestamp':'2020-01-01T00:00:00Z',"
                                + "'deletionTimestamp':'2020-01-01T00:00:00Z'},'data':{'color':'red'}}")
                .changes("modified");

        assertEquals(
                "2026-01-01T00:00:00Z", next.at("/metadata/creationTimestamp").asText());
        assertEquals("u-1", next.at("/metadata/uid").asText());
        assertFalse(next.path("metadata").has("deletionTimestamp"));
        assertEquals("red", next.at("/data/color").asText());
    }

    @Test
    void anUpdateThatChangesNothingIsNoEvent() {
        given(SETTINGS_JSON)
                .replace(SETTINGS, "{'metadata':{'resourceVersion':'2'},'data':{'color':'blue'}}")
                .nothing();
        given(WEB_JSON)
                .patch(WEB, "", PatchType.MERGE, "{'spec':{'replicas':2}}")
                .nothing();
    }

    @Test
    void anUpdateOfAnOldVersionConflicts() {
        given(SETTINGS_JSON)
                .replace(SETTINGS, "{'metadata':{'resourceVersion':'1'},'data':{}}")
                .refused(
                        Reason.CONFLICT,
                        "Operation cannot be fulfilled on configmaps \"settings\": the object has been modified; please apply"
                                + " your changes to the latest version and try again");
    }

    @Test
    void anUpdateOfAnotherObjectOfTheSameNameConflicts() {
        given(SETTINGS_JSON)
                .replace(SETTINGS, "{'metadata':{'uid':'u-9'},'data':{}}")
                .refused(
                        Reason.CONFLICT,
                        "Operation cannot be fulfilled on configmaps \"settings\": Precondition failed: UID in precondition: u-9,"
                                + " UID in object meta: u-1");
    }

    @Test
    void aResourceVersionIsANumber() {
        given(SETTINGS_JSON)
                .replace(SETTINGS, "{'metadata':{'resourceVersion':'x'},'data':{}}")
                .refused(Reason.BAD_REQUEST, "metadata.resourceVersion: Invalid value: \"x\": must be a number");
    }

    @Test
    void leasesAreNotReplacedBlindly() {
        ObjectKey lease = ObjectKey.of(TestKinds.LEASES, "shop", "n1");
        given("{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{'name':'n1','namespace':'shop'}}")
                .replace(lease, "{'spec':{'holderIdentity':'x'}}")
                .refused(
                        Reason.INVALID,
                        "leases.coordination.k8s.io \"n1\" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update");
    }

    @Test
    void aBodyMustNameTheObjectOfTheUrl() {
        given(SETTINGS_JSON)
                .replace(SETTINGS, "{'metadata':{'name':'other'}}")
                .refused(
                        Reason.BAD_REQUEST,
                        "the name of the object (other) does not match the name on the URL (settings)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'metadata':{'name':''}}", "{'metadata':{'name':null}}"})
    void aBodyWithoutANameIsRefused(String body) {
        given(SETTINGS_JSON)
                .replace(SETTINGS, body)
                .refused(
                        Reason.BAD_REQUEST,
                        "the name of the object (settings based on URL) was undeterminable: name must be provided");
    }

    @Test
    void aPatchCannotRename() {
        given(SETTINGS_JSON)
                .patch(SETTINGS, "", PatchType.MERGE, "{'metadata':{'name':'other'}}")
                .refused(
                        Reason.BAD_REQUEST,
                        "the name of the object (other) does not match the name on the URL (settings)");
    }

    @Test
    void aPatchCannotRemoveTheName() {
        given(SETTINGS_JSON)
                .patch(SETTINGS, "", PatchType.MERGE, "{'metadata':{'name':null}}")
                .refused(
                        Reason.BAD_REQUEST,
                        "the name of the object (settings based on URL) was undeterminable: name must be provided");
    }

    @Test
    void aPatchThatNamesAnOldVersionConflicts() {
        assertTrue(given(SETTINGS_JSON)
                .patch(SETTINGS, "", PatchType.MERGE, "{'metadata':{'resourceVersion':'1'},'data':{'x':'y'}}")
                .refusal()
                .contains("the object has been modified"));
    }

    @Test
    void whatIsMissingIsNotFoundButSomeKindsAreMade() {
        given().replace(SETTINGS, "{'data':{}}").refused(Reason.NOT_FOUND, "configmaps \"settings\" not found");
        given().patch(SETTINGS, "", PatchType.MERGE, "{}")
                .refused(Reason.NOT_FOUND, "configmaps \"settings\" not found");
        given().replace(ObjectKey.of(TestKinds.LEASES, "shop", "n1"), "{'metadata':{'name':'n1'}}")
                .happens("created", Outcome.CREATED);
    }

    @Test
    void aChangeIsNamedByItsContentWhateverItsManager() {
        Scenario scenario = given(WEB_JSON).manager("kubectl-label");

        scenario.patch(WEB, "", PatchType.MERGE, "{'metadata':{'labels':{'x':'y'}}}")
                .changes("labeled");
        scenario.patch(WEB, "", PatchType.MERGE, "{'metadata':{'annotations':{'x':'y'}}}")
                .changes("annotated");
        scenario.patch(WEB, "", PatchType.MERGE, "{'spec':{'replicas':3}}").changes("scaled");
    }

    @Test
    void theGenerationCountsWhatIsWantedAndNothingElse() {
        assertEquals(
                5,
                given(WEB_JSON)
                        .patch(WEB, "", PatchType.MERGE, "{'spec':{'replicas':3}}")
                        .changes("scaled")
                        .at("/metadata/generation")
                        .asInt());
        assertEquals(
                4,
                given(WEB_JSON)
                        .patch(WEB, "", PatchType.MERGE, "{'metadata':{'labels':{'x':'y'}}}")
                        .changes("labeled")
                        .at("/metadata/generation")
                        .asInt());
        assertEquals(
                4,
                given(WEB_JSON)
                        .patch(WEB, "status", PatchType.MERGE, "{'status':{'replicas':1}}")
                        .changes("status-changed")
                        .at("/metadata/generation")
                        .asInt());
    }

    @Test
    void theMainResourceLeavesTheStatusAndTheStatusLeavesTheRest() {
        given(WEB_JSON)
                .patch(WEB, "", PatchType.MERGE, "{'status':{'replicas':7}}")
                .nothing();
        given(WEB_JSON)
                .patch(WEB, "status", PatchType.MERGE, "{'spec':{'replicas':7},'metadata':{'labels':{'a':'b'}}}")
                .nothing();
    }

    /** What a status write may change of metadata differs from kind to kind, as in Kubernetes. */
    @Test
    void aStatusWriteChangesTheMetadataThatItsKindAllows() {
        String patch = "{'metadata':{'labels':{'a':'b'},'annotations':{'c':'d'},'finalizers':['x/y'],'ownerReferences':"
                + "[{'apiVersion':'v1','kind':'Node','name':'n','uid':'u'}]}}";
        ObjectNode namespace = given().patch(
                        ObjectKey.clusterScoped(TestKinds.NAMESPACES, "shop"), "status", PatchType.MERGE, patch)
                .changes("modified");
        assertEquals("b", namespace.at("/metadata/labels/a").asText());
        assertEquals("d", namespace.at("/metadata/annotations/c").asText());
        assertEquals("x/y", namespace.at("/metadata/finalizers/0").asText());
        assertEquals("u", namespace.at("/metadata/ownerReferences/0/uid").asText());

        ObjectNode pod =
                given(POD_JSON).patch(POD, "status", PatchType.MERGE, patch).changes("modified");
        assertEquals("b", pod.at("/metadata/labels/a").asText());
        assertEquals("d", pod.at("/metadata/annotations/c").asText());
        assertTrue(pod.at("/metadata/ownerReferences").isMissingNode());

        ObjectNode web =
                given(WEB_JSON).patch(WEB, "status", PatchType.MERGE, patch).changes("modified");
        assertTrue(web.at("/metadata/labels").isMissingNode());
        assertEquals("d", web.at("/metadata/annotations/c").asText());
        assertEquals(4, web.at("/metadata/generation").asInt());
    }

    @Test
    void aStatusWriteIsHeldToTheRulesOfMetadata() {
        given(POD_JSON)
                .patch(POD, "status", PatchType.MERGE, "{'metadata':{'labels':{'a b':'c'}}}")
                .refused(
                        Reason.INVALID,
                        "Pod \"web-1\" is invalid: metadata.labels: Invalid value: \"a b\": name part must consist of"
                                + " alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric"
                                + " character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is"
                                + " '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')");
    }

    @Test
    void theRightToUpdateCreatesNothing() {
        ObjectKey service = ObjectKey.of(TestKinds.SERVICES, "shop", "new");
        String body = "{'metadata':{'name':'new'},'spec':{}}";
        given().replace(service, body).happens("created", Outcome.CREATED);
        given().when(new ReplaceObject(service, "", Scenario.json(body), FieldValidation.IGNORE))
                .refused(
                        Reason.FORBIDDEN,
                        "services \"new\" is forbidden: User \"alice\" cannot create resource \"services\" in API group"
                                + " \"\" in the namespace \"shop\"");
    }

    @Test
    void aNameWithASlashIsInvalidOrNotFound() {
        given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'a/b'}}").isInvalid("metadata.name");
        given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'name':'../x'}}").isInvalid("metadata.name");
        given().create(TestKinds.CLUSTER_ROLES, "{'metadata':{'name':'a/b'}}").isInvalid("metadata.name");
        given().create(TestKinds.CONFIG_MAPS, "{'metadata':{'generateName':'a/'}}")
                .isInvalid("metadata.generateName");
        given().delete(ObjectKey.of(TestKinds.CONFIG_MAPS, "shop", "a/b"))
                .refused(Reason.NOT_FOUND, "configmaps \"a/b\" not found");
    }

    @Test
    void anUnknownSubresourceIsNotFound() {
        given(SETTINGS_JSON)
                .replace(SETTINGS, "status", "{}")
                .refused(Reason.NOT_FOUND, "the server could not find the requested resource");
    }

    @Test
    void noFinalizerIsAddedToWhatIsBeingDeleted() {
        String deleting = SETTINGS_JSON.replace(
                "'uid':'u-1'",
                "'uid':'u-1','deletionTimestamp':'2026-11-22T09:00:00Z','deletionGracePeriodSeconds':0,'finalizers':['a.b/c']");

        given(deleting)
                .patch(SETTINGS, "", PatchType.MERGE, "{'metadata':{'finalizers':['a.b/c','a.b/d']}}")
                .refused(
                        Reason.INVALID,
                        "ConfigMap \"settings\" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the"
                                + " object is being deleted, found new finalizers []string{\"a.b/d\"}");
    }

    @Test
    void theLastFinalizerTakesTheObjectWithIt() {
        String deleting = SETTINGS_JSON.replace(
                "'uid':'u-1'",
                "'uid':'u-1','deletionTimestamp':'2026-11-22T09:00:00Z','deletionGracePeriodSeconds':0,'finalizers':['a.b/c']");

        given(deleting)
                .patch(SETTINGS, "", PatchType.MERGE, "{'metadata':{'finalizers':null}}")
                .happens("deleted", Outcome.DELETED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'status':{'phase':'Running'}} | started",
                "{'status':{'phase':'Succeeded'}} | succeeded",
                "{'status':{'phase':'Failed'}} | failed",
                "{'status':{'containerStatuses':[{'name':'a','restartCount':1}]}} | restarted",
                "{'status':{'conditions':[{'type':'Ready','status':'True'}]}} | ready",
                "{'status':{'message':'x'}} | status-changed"
            })
    void aPodsEventsSayWhatHappened(String patch, String word) {
        given(POD_JSON).patch(POD, "status", PatchType.MERGE, patch).changes(word);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'spec':{'replicas':5}} | scaled",
                "{'spec':{'paused':true}} | paused",
                "{'spec':{'template':{'metadata':{'annotations':{'x':'y'}}}}} | template-changed",
                "{'spec':{'minReadySeconds':5}} | modified",
                "{'metadata':{'annotations':{'x':'y'}}} | annotated",
                "{'metadata':{'labels':{'x':'y'}}} | labeled"
            })
    void aDeploymentsEventsSayWhatHappened(String patch, String word) {
        given(WEB_JSON).patch(WEB, "", PatchType.MERGE, patch).changes(word);
    }

    @Test
    void aScaleStandsForReplicas() {
        Decision.Changed changed = given(WEB_JSON)
                .replace(WEB, "scale", "{'kind':'Scale','metadata':{'name':'web'},'spec':{'replicas':5}}")
                .happens("scaled", Outcome.CHANGED);

        assertEquals(5, changed.object().at("/spec/replicas").asInt());
        ObjectNode scale = changed.answer();
        assertEquals("Scale", scale == null ? "" : scale.path("kind").asText());
        assertEquals(
                "app=web", scale == null ? "" : scale.at("/status/selector").asText());
    }

    @Test
    void aScaleIsPatchedAndChecked() {
        given(WEB_JSON)
                .patch(WEB, "scale", PatchType.MERGE, "{'spec':{'replicas':0}}")
                .changes("scaled");
        given(WEB_JSON)
                .patch(WEB, "scale", PatchType.MERGE, "{'spec':{'replicas':2}}")
                .nothing();
        given(WEB_JSON)
                .patch(WEB, "scale", PatchType.MERGE, "{'spec':{'replicas':-1}}")
                .refused(
                        Reason.INVALID,
                        "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0");
        assertTrue(given(WEB_JSON)
                .replace(WEB, "scale", "{'metadata':{'resourceVersion':'1'},'spec':{'replicas':5}}")
                .refusal()
                .contains("the object has been modified"));
        given(WEB_JSON)
                .replace(WEB, "scale", "{'apiVersion':'v1','kind':'Pod'}")
                .refused(
                        Reason.BAD_REQUEST,
                        "Pod in version \"v1\" cannot be handled as a Scale: converting (v1.Pod) to (autoscaling.Scale): unknown conversion");
        given(WEB_JSON)
                .replace(WEB, "scale", "{'apiVersion':'autoscaling/v2','kind':'Scale','spec':{'replicas':5}}")
                .refused(
                        Reason.BAD_REQUEST,
                        "Scale in version \"v2\" cannot be handled as a Scale: no kind \"Scale\" is registered for version \"autoscaling/v2\" in scheme \"pkg/api/legacyscheme/scheme.go:30\"");
        given(SETTINGS_JSON)
                .replace(SETTINGS, "scale", "{}")
                .refused(Reason.NOT_FOUND, "the server could not find the requested resource");
    }
}
