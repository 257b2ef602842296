package io.shiplog.command.decide;

import static io.shiplog.command.decide.Scenario.given;
import static io.shiplog.command.decide.Scenario.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.decide.write.Decision;
import io.shiplog.events.command.Command.ApplyObject;
import io.shiplog.events.command.CommandResult.Outcome;
import io.shiplog.events.command.FieldValidation;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.log.EventVerb;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Server-side apply, and the managers of every other write. Messages are those of kube-apiserver 1.36. */
class ApplyingTest {
    private static final ResourceType CONFIG_MAPS = ResourceType.core("configmaps");
    private static final ObjectKey A = ObjectKey.of(CONFIG_MAPS, "shop", "a");
    private static final ObjectKey WEB = ObjectKey.of(new ResourceType("apps", "deployments"), "shop", "web");
    private static final String CONFIG =
            "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a'},'data':{'x':'1','y':'1'}}";
    private static final String DEPLOYMENT =
            "{'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'shop'},'spec':{'replicas':2,"
                    + "'selector':{'matchLabels':{'a':'b'}},'template':{'metadata':{'labels':{'a':'b'}},"
                    + "'spec':{'containers':[{'name':'c','image':'i'}]}}}}";

    private static ApplyObject apply(ObjectKey key, String config, boolean force) {
        return new ApplyObject(key, "", json(config), FieldValidation.IGNORE, force, true);
    }

    private static Scenario.Then applied(String manager, Scenario scenario, String config) {
        return scenario.manager(manager).when(apply(A, config, false));
    }

    private static String stored(ObjectNode object) {
        return object.toString().replace('"', '\'');
    }

    private static String owned(ObjectNode object, String manager) {
        for (JsonNode entry : object.path("metadata").path("managedFields")) {
            if (entry.path("manager").asText().equals(manager)) {
                return "%s %s%s %s"
                        .formatted(
                                entry.path("operation").asText(),
                                entry.path("apiVersion").asText(),
                                entry.has("subresource")
                                        ? "/" + entry.path("subresource").asText()
                                        : "",
                                entry.path("fieldsV1").toString().replace('"', '\''));
            }
        }
        return "none";
    }

    /** The objects after an apply by one. */
    private static Scenario afterOne() {
        return given(stored(applied("one", given(), CONFIG)
                .happens("created", Outcome.CREATED)
                .object()));
    }

    @Test
    void anApplyCreates() {
        Decision.Changed created = applied("one", given(), CONFIG).happens("created", Outcome.CREATED);

        assertEquals(EventVerb.APPLY, created.verb());
        assertEquals("Apply v1 {'f:data':{'f:x':{},'f:y':{}}}", owned(created.object(), "one"));
        assertEquals(
                "2026-11-22T10:00:00Z",
                created.object()
                        .path("metadata")
                        .path("managedFields")
                        .get(0)
                        .path("time")
                        .asText());
    }

    @Test
    void whoMayNotCreateDoesNotByApplying() {
        given().manager("one")
                .when(new ApplyObject(A, "", json(CONFIG), FieldValidation.IGNORE, false, false))
                .refused(
                        Reason.FORBIDDEN,
                        "configmaps \"a\" is forbidden: User \"alice\" cannot create resource \"configmaps\" in API group \"\" in the namespace \"shop\"");
    }

    @Test
    void theSameApplyChangesNothing() {
        applied("one", afterOne(), CONFIG).nothing();
    }

    @Test
    void aConflictIsRefusedWithItsCauses() {
        Refusal refusal = applied("two", afterOne(), CONFIG.replace("'x':'1','y':'1'", "'x':'2'"))
                .refused(Reason.CONFLICT, "Apply failed with 1 conflict: conflict with \"one\": .data.x");

        assertEquals("FieldManagerConflict", refusal.causes().getFirst().reason());
        assertEquals("conflict with \"one\"", refusal.causes().getFirst().message());
        assertEquals(".data.x", refusal.causes().getFirst().field());
    }

    @Test
    void whatIsNoLongerAppliedGoes() {
        ObjectNode changed = applied("one", afterOne(), CONFIG.replace(",'y':'1'", ""))
                .happens("modified", Outcome.CHANGED)
                .object();

        assertEquals("{'x':'1'}", changed.path("data").toString().replace('"', '\''));
    }

    @Test
    void aPatchTakesWhatItChanges() {
        ObjectNode changed = afterOne()
                .manager("p")
                .patch(A, "", PatchType.MERGE, "{'data':{'x':'9'}}")
                .changes("modified");

        assertEquals("Apply v1 {'f:data':{'f:y':{}}}", owned(changed, "one"));
        assertEquals("Update v1 {'f:data':{'f:x':{}}}", owned(changed, "p"));
    }

    @Test
    void configurationsOfAnotherTypeOrNameAreRefused() {
        applied("one", given(), "{'data':{}}").refused(Reason.BAD_REQUEST, "invalid object type: /, Kind=");
        applied("one", given(), CONFIG.replace("ConfigMap", "Secret"))
                .refused(Reason.BAD_REQUEST, "invalid object type: /v1, Kind=Secret");
        applied("one", given(), CONFIG.replace("'name':'a'", "'name':'other'"))
                .refused(Reason.BAD_REQUEST, "the name of the object (other) does not match the name on the URL (a)");
        applied("one", given(), CONFIG.replace("'name':'a'", ""))
                .refused(
                        Reason.BAD_REQUEST,
                        "the name of the object (a based on URL) was undeterminable: name must be provided");
        applied("one", given(), CONFIG.replace("'name':'a'", "'name':'a','uid':'nope'"))
                .refused(
                        Reason.CONFLICT,
                        "Operation cannot be fulfilled on configmaps \"a\": uid mismatch: the provided object specified uid nope, and no existing object was found");
        applied("one", given(), CONFIG.replace("'name':'a'", "'name':'a','managedFields':[{'manager':'z'}]"))
                .refused(Reason.BAD_REQUEST, "metadata.managedFields must be nil");
        applied("one", given(), CONFIG.replace("'data'", "'nope':1,'data'"))
                .refused(
                        Reason.UNKNOWN,
                        "failed to create typed patch object (/a; /v1, Kind=ConfigMap): .nope: field not declared in schema");
    }

    @Test
    void anOldRevisionIsRefused() {
        applied(
                        "one",
                        afterOne(),
                        CONFIG.replace("'name':'a'", "'name':'a','resourceVersion':'1'")
                                .replace("'x':'1'", "'x':'2'"))
                .refused(Reason.CONFLICT, "Operation cannot be fulfilled on configmaps \"a\": " + Refusal.MODIFIED);
    }

    @Test
    void aResetForgetsAllManagers() {
        ObjectNode reset = afterOne()
                .manager("p")
                .patch(A, "", PatchType.MERGE, "{'metadata':{'managedFields':[]}}")
                .changes("modified");

        assertFalse(reset.path("metadata").has("managedFields"));
    }

    @Test
    void aStatusIsOwnedAsASubresource() {
        ObjectNode changed = given(
                        DEPLOYMENT.replace(
                                "'name':'web'",
                                "'name':'web','uid':'u','managedFields':[{'manager':'m','operation':'Update',"
                                        + "'apiVersion':'apps/v1','fieldsType':'FieldsV1','fieldsV1':{'f:spec':{'f:replicas':{}}}}]"))
                .as(Actor.controller("deployment-controller"))
                .patch(WEB, "status", PatchType.MERGE, "{'spec':{'replicas':7},'status':{'replicas':2}}")
                .changes("status-changed");

        assertEquals("Update apps/v1/status {'f:status':{'f:replicas':{}}}", owned(changed, "kube-controller-manager"));
        assertEquals("Update apps/v1 {'f:spec':{'f:replicas':{}}}", owned(changed, "m"));
    }

    @Test
    void aScaleTakesTheReplicas() {
        ObjectNode live = given().manager("one")
                .when(apply(WEB, DEPLOYMENT, false))
                .happens("created", Outcome.CREATED)
                .object();
        ObjectNode scaled = given(stored(live))
                .manager("s")
                .replace(
                        WEB,
                        "scale",
                        "{'kind':'Scale','apiVersion':'autoscaling/v1','metadata':{'name':'web'},'spec':{'replicas':5}}")
                .changes("scaled");

        assertEquals("Update apps/v1/scale {'f:spec':{'f:replicas':{}}}", owned(scaled, "s"));
        given(stored(scaled))
                .manager("one")
                .when(apply(WEB, DEPLOYMENT, false))
                .refused(
                        Reason.CONFLICT,
                        "Apply failed with 1 conflict: conflict with \"s\" with subresource \"scale\" using apps/v1: .spec.replicas");
    }

    @Test
    void aScaleCanBeApplied() {
        ObjectNode live = given().manager("one")
                .when(apply(WEB, DEPLOYMENT.replace("'replicas':2,", ""), false))
                .happens("created", Outcome.CREATED)
                .object();
        ObjectNode scaled = given(stored(live))
                .manager("s")
                .when(new ApplyObject(
                        WEB,
                        "scale",
                        json(
                                "{'kind':'Scale','apiVersion':'autoscaling/v1','metadata':{'name':'web'},'spec':{'replicas':5}}"),
                        FieldValidation.IGNORE,
                        false,
                        false))
                .changes("scaled");

        assertEquals("Apply apps/v1/scale {'f:spec':{'f:replicas':{}}}", owned(scaled, "s"));
        assertEquals(5, scaled.at("/spec/replicas").asInt());
    }

    private static ApplyObject scale(int replicas, boolean force) {
        return new ApplyObject(
                WEB,
                "scale",
                json("{'kind':'Scale','apiVersion':'autoscaling/v1','metadata':{'name':'web'},'spec':{'replicas':%d}}"
                        .formatted(replicas)),
                FieldValidation.IGNORE,
                force,
                false);
    }

    @Test
    void aConflictAboutAScaleNamesTheVersionOfTheScale() {
        ObjectNode updated = given().manager("one")
                .create(WEB.type(), DEPLOYMENT)
                .happens("created", Outcome.CREATED)
                .object();
        Refusal refusal = given(stored(updated))
                .manager("s")
                .when(scale(5, false))
                .refused(
                        Reason.CONFLICT,
                        "Apply failed with 1 conflict: conflict with \"one\" using autoscaling/v1: .spec.replicas");
        assertEquals(
                "conflict with \"one\" using autoscaling/v1",
                refusal.causes().getFirst().message());

        ObjectNode forced =
                given(stored(updated)).manager("s").when(scale(5, true)).changes("scaled");
        assertEquals("Apply apps/v1/scale {'f:spec':{'f:replicas':{}}}", owned(forced, "s"));
        given(stored(forced))
                .manager("t")
                .when(scale(6, false))
                .refused(
                        Reason.CONFLICT,
                        "Apply failed with 1 conflict: conflict with \"s\" with subresource \"scale\": .spec.replicas");
    }

    @Test
    void aListWithTwoItemsOfOneKeyIsRefused() {
        given().manager("one")
                .when(apply(
                        WEB,
                        DEPLOYMENT.replace(
                                "{'name':'c','image':'i'}", "{'name':'c','image':'i'},{'name':'c','image':'j'}"),
                        false))
                .refused(
                        Reason.UNKNOWN,
                        "failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): "
                                + ".spec.template.spec.containers: duplicate entries for key [name=\"c\"]");
    }

    @Test
    void namesOfManagersInEntriesAreChecked() {
        String entry =
                "{'data':{'x':'2'},'metadata':{'managedFields':[{'manager':'%s','operation':'Update','apiVersion':'v1',"
                        + "'fieldsType':'FieldsV1','fieldsV1':{'f:data':{'f:y':{}}}}]}}";
        afterOne()
                .manager("p")
                .patch(A, "", PatchType.MERGE, entry.formatted("m".repeat(129)))
                .refused(
                        Reason.INVALID,
                        "ConfigMap \"a\" is invalid: metadata.managedFields[0].manager: Too long: may not be more than 128 bytes");
        afterOne()
                .manager("p")
                .patch(A, "", PatchType.MERGE, entry.formatted("a\\u0007"))
                .refused(
                        Reason.INVALID,
                        "ConfigMap \"a\" is invalid: metadata.managedFields[0].manager: Invalid value: \"a\\a\": invalid character U+0007 (at position 1)");
    }

    @Test
    void anEntryThatSaysNothingIsAResetToo() {
        for (String entry : List.of("{}", "{'manager':'','operation':''}")) {
            ObjectNode reset = afterOne()
                    .manager("p")
                    .patch(A, "", PatchType.MERGE, "{'metadata':{'managedFields':[%s]}}".formatted(entry))
                    .changes("modified");
            assertFalse(reset.path("metadata").has("managedFields"), entry);
        }
        ObjectNode kept = afterOne()
                .manager("p")
                .patch(
                        A,
                        "",
                        PatchType.MERGE,
                        "{'data':{'x':'2'},'metadata':{'managedFields':[{'manager':'','fieldsV1':{}}]}}")
                .changes("modified");
        assertEquals("Apply v1 {'f:data':{'f:y':{}}}", owned(kept, "one"));
    }

    /** As the documentation describes a transfer: the new manager applies the same, then the old one applies without the field. */
    @Test
    void ownershipIsTransferredByApplyingTheSame() {
        ObjectNode shared =
                applied("two", afterOne(), CONFIG.replace(",'y':'1'", "")).changes("modified");
        assertEquals("Apply v1 {'f:data':{'f:x':{}}}", owned(shared, "two"));
        ObjectNode moved = applied("one", given(stored(shared)), CONFIG.replace("'x':'1',", ""))
                .changes("modified");

        assertEquals("Apply v1 {'f:data':{'f:x':{}}}", owned(moved, "two"));
        assertEquals("Apply v1 {'f:data':{'f:y':{}}}", owned(moved, "one"));
        assertEquals("{'x':'1','y':'1'}", moved.path("data").toString().replace('"', '\''));
    }

    @Test
    void theApiServersOwnObjectsAreOwnedByIt() {
        ObjectNode created = given().as(new Actor("system:apiserver", List.of("system:masters")))
                .create(CONFIG_MAPS, "{'metadata':{'name':'a'},'data':{'x':'1'}}")
                .happens("created", Outcome.CREATED)
                .object();
        assertEquals("Update v1 {'f:data':{'.':{},'f:x':{}}}", owned(created, "kube-apiserver"));
    }
}
