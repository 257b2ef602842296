package io.shiplog.command.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.merge.Ownership.Applied;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schemas;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who owns what after a write. Expected values are what kube-apiserver 1.36 answers. JSON has single quotes. */
class OwnershipTest {
    private static final String DEPLOYMENT = """
            {'spec':{'replicas':1,'selector':{'matchLabels':{'a':'b'}},'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}},
             'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[
               {'name':'c','image':'i','resources':{},'env':[{'name':'X','value':'1'}],'ports':[{'containerPort':80,'protocol':'TCP'}]}],
               'securityContext':{},'dnsPolicy':'ClusterFirst'}}}}""";

    private static ObjectNode json(String quoted) {
        return (ObjectNode) Json.of(quoted.replace('\'', '"')).tree();
    }

    private static Ownership.Write by(String manager, String kind) {
        return by(manager, kind, "2026-11-22T10:00:00Z");
    }

    private static Ownership.Write by(String manager, String kind, String time) {
        String group = kind.equals("Deployment") ? "apps" : "";
        return new Ownership.Write(
                manager,
                "v1",
                "",
                time,
                Versions.only("v1", Shape.of(Schemas.builtIn().of(group, "v1", kind))),
                Reach.allBut(List.of("status")));
    }

    private static String fields(@Nullable ArrayNode entries, String manager) {
        if (entries != null) {
            for (JsonNode entry : entries) {
                if (entry.path("manager").asText().equals(manager)) {
                    return entry.path("fieldsV1").toString().replace('"', '\'');
                }
            }
        }
        return "none";
    }

    private static ObjectNode with(ObjectNode object, @Nullable ArrayNode entries) {
        object.withObject("/metadata").remove("managedFields");
        if (entries != null) {
            object.withObject("/metadata").set("managedFields", entries);
        }
        return object;
    }

    private static ObjectNode applied(Ownership.Write write, @Nullable ObjectNode live, String config, boolean force) {
        Applied.Merged merged =
                assertInstanceOf(Applied.Merged.class, Ownership.apply(write, live, json(config), force));
        return with(merged.object().deepCopy(), merged.managedFields());
    }

    private static JsonNode entries(ObjectNode object) {
        return object.path("metadata").path("managedFields");
    }

    private static String owned(ObjectNode object, String manager) {
        return fields(entries(object) instanceof ArrayNode array ? array : null, manager);
    }

    private static Applied.Conflicting conflict(Ownership.Write write, ObjectNode live, String config) {
        return assertInstanceOf(Applied.Conflicting.class, Ownership.apply(write, live, json(config), false));
    }

    @Test
    void aCreatorOwnsWhatItSendsAndNothingOfTheSystem() {
        ArrayNode entries = Ownership.created(
                by("kubectl", "ConfigMap"),
                json(
                        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a','uid':'u','labels':{'l':'1'}},'data':{'x':'1'}}"));

        assertEquals(
                "{'f:data':{'.':{},'f:x':{}},'f:metadata':{'f:labels':{'.':{},'f:l':{}}}}", fields(entries, "kubectl"));
    }

    @Test
    void structsThatEveryObjectHasAreNotOwnedThemselves() {
        ArrayNode entries = Ownership.created(by("kubectl", "Deployment"), json(DEPLOYMENT));

        assertEquals(
                "{'f:spec':{'f:replicas':{},'f:selector':{},'f:strategy':{'f:rollingUpdate':{'.':{},'f:maxSurge':{}},'f:type':{}},"
                        + "'f:template':{'f:metadata':{'f:labels':{'.':{},'f:a':{}}},'f:spec':{'f:containers':{"
                        + "'k:{\\'name\\':\\'c\\'}':{'.':{},'f:env':{'.':{},'k:{\\'name\\':\\'X\\'}':{'.':{},'f:name':{},'f:value':{}}},"
                        + "'f:image':{},'f:name':{},'f:ports':{'.':{},'k:{\\'containerPort\\':80,\\'protocol\\':\\'TCP\\'}':{'.':{},"
                        + "'f:containerPort':{},'f:protocol':{}}},'f:resources':{}}},'f:dnsPolicy':{},'f:securityContext':{}}}}}",
                fields(entries, "kubectl"));
    }

    @Test
    void anUpdateTakesWhatItChanges() {
        ObjectNode live = applied(by("one", "ConfigMap"), null, "{'data':{'x':'1','y':'1'}}", false);

        ArrayNode entries = Ownership.updated(
                by("p", "ConfigMap"), live, MissingNode.getInstance(), json("{'data':{'x':'9','y':'1'}}"));

        assertEquals("{'f:data':{'f:y':{}}}", fields(entries, "one"));
        assertEquals("{'f:data':{'f:x':{}}}", fields(entries, "p"));
    }

    @Test
    void anUpdateWithoutAChangeKeepsTheVeryEntries() {
        ObjectNode live = applied(by("one", "ConfigMap"), null, "{'data':{'x':'1'}}", false);

        assertSame(
                entries(live),
                Ownership.updated(
                        by("p", "ConfigMap", "2027-01-01T00:00:00Z"),
                        live,
                        MissingNode.getInstance(),
                        json("{'data':{'x':'1'},'metadata':{'resourceVersion':'7'}}")));
    }

    @Test
    void whoOwnsNothingHasNoEntry() {
        ObjectNode live = applied(by("one", "ConfigMap"), null, "{'data':{'x':'1'}}", false);

        assertNull(Ownership.updated(by("p", "ConfigMap"), live, MissingNode.getInstance(), json("{}")));
    }

    @Test
    void anEmptyListOrAnEmptyEntryResets() {
        ObjectNode live = applied(by("one", "ConfigMap"), null, "{'data':{'x':'1'}}", false);
        ObjectNode next = json("{'data':{'x':'2'}}");

        assertNull(
                Ownership.updated(by("p", "ConfigMap"), live, json("{'m':[]}").path("m"), next));
        assertNull(
                Ownership.updated(by("p", "ConfigMap"), live, json("{'m':[{}]}").path("m"), next));
    }

    @Test
    void malformedEntriesOfAClientAreIgnored() {
        ObjectNode live = applied(by("one", "ConfigMap"), null, "{'data':{'x':'1'}}", false);
        JsonNode malformed = json("{'m':[{'manager':'z','operation':'Burn'}]}").path("m");

        assertEquals(
                "{'f:data':{'f:x':{}}}",
                fields(Ownership.updated(by("p", "ConfigMap"), live, malformed, json("{'data':{'x':'1'}}")), "one"));
    }

    @Test
    void anObjectWithoutEntriesIsNotTrackedByUpdates() {
        assertNull(Ownership.updated(
                by("p", "ConfigMap"),
                json("{'data':{'x':'1'}}"),
                MissingNode.getInstance(),
                json("{'data':{'x':'2'}}")));
    }

    @Test
    void theOldestUpdatesAreMergedBeyondTen() {
        ObjectNode live = with(
                json("{'data':{'k0':'0'}}"),
                Ownership.created(by("m0", "ConfigMap", "2026-01-01T00:00:00Z"), json("{'data':{'k0':'0'}}")));
        for (int i = 1; i <= 11; i++) {
            ObjectNode next = live.deepCopy();
            next.withObject("/data").put("k" + i, "1");
            live = with(
                    next,
                    Ownership.updated(
                            by("m" + i, "ConfigMap", "2026-01-01T00:00:%02dZ".formatted(i)),
                            live,
                            MissingNode.getInstance(),
                            next));
        }

        assertEquals(10, entries(live).size());
        assertEquals("{'f:data':{'.':{},'f:k0':{},'f:k1':{},'f:k2':{}}}", owned(live, "ancient-changes"));
    }

    @Test
    void aConflictNamesTheManagerAndTheField() {
        ObjectNode live = applied(by("one", "ConfigMap"), null, "{'data':{'x':'1','y':'1'}}", false);

        List<Conflict> one =
                conflict(by("two", "ConfigMap"), live, "{'data':{'x':'2'}}").conflicts();
        List<Conflict> both = conflict(by("two", "ConfigMap"), live, "{'data':{'x':'2','y':'2'}}")
                .conflicts();

        assertEquals("Apply failed with 1 conflict: conflict with \"one\": .data.x", Conflict.message(one));
        assertEquals(
                "Apply failed with 2 conflicts: conflicts with \"one\":\n- .data.x\n- .data.y", Conflict.message(both));
    }

    @Test
    void forceTakesTheField() {
        ObjectNode live = applied(by("one", "ConfigMap"), null, "{'data':{'x':'1','y':'1'}}", false);

        ObjectNode forced = applied(by("two", "ConfigMap"), live, "{'data':{'x':'2'}}", true);

        assertEquals("{'f:data':{'f:y':{}}}", owned(forced, "one"));
        assertEquals("{'f:data':{'f:x':{}}}", owned(forced, "two"));
        assertEquals("2", forced.path("data").path("x").asText());
    }

    @Test
    void sharedFieldsStayUntilTheLastOwnerLeaves() {
        ObjectNode one = applied(by("one", "ConfigMap"), null, "{'data':{'x':'1'}}", false);
        ObjectNode both = applied(by("two", "ConfigMap"), one, "{'data':{'x':'1'}}", false);

        ObjectNode two = applied(by("one", "ConfigMap"), both, "{}", false);
        ObjectNode none = applied(by("two", "ConfigMap"), two, "{}", false);

        assertEquals("1", two.path("data").path("x").asText());
        assertEquals(false, none.path("data").has("x"));
    }

    @Test
    void anApplyThatChangesNothingHasNoTime() {
        ObjectNode live = with(
                json("{'data':{'x':'1'}}"), Ownership.created(by("poster", "ConfigMap"), json("{'data':{'x':'1'}}")));

        ObjectNode next = applied(by("one", "ConfigMap"), live, "{'data':{'x':'1'}}", false);

        assertEquals(false, entries(next).get(0).has("time"));
        assertEquals("{'f:data':{'f:x':{}}}", owned(next, "one"));
    }

    @Test
    void whatWasThereBeforeTheFirstApplyBelongsToNobodyInParticular() {
        ObjectNode live = json("{'data':{'x':'1','y':'1'}}");

        assertEquals(
                "Apply failed with 1 conflict: conflict with \"before-first-apply\" using v1: .data.x",
                Conflict.message(conflict(by("one", "ConfigMap"), live, "{'data':{'x':'2'}}")
                        .conflicts()));
    }

    @Test
    void kubectlTakesOverWhatItsClientSideApplyLeft() {
        String last =
                "{\"apiVersion\":\"v1\",\"data\":{\"x\":\"1\"},\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}\n";
        ObjectNode live = json(
                "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a','annotations':{}},'data':{'x':'1','y':'1'}}");
        live.withObject("/metadata/annotations").put("kubectl.kubernetes.io/last-applied-configuration", last);
        with(live, Ownership.created(by("kubectl-client-side-apply", "ConfigMap"), live.deepCopy()));
        String config = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'a'},'data':{'x':'2'}}";

        ObjectNode next = applied(by("kubectl", "ConfigMap"), live, config, false);

        assertEquals("2", next.path("data").path("x").asText());
        assertEquals(
                last.replace("\"1\"", "\"2\""),
                next.path("metadata")
                        .path("annotations")
                        .path("kubectl.kubernetes.io/last-applied-configuration")
                        .asText());
        // Another manager gets no such favour, nor kubectl for what it did not apply.
        conflict(by("other", "ConfigMap"), live, config);
        conflict(by("kubectl", "ConfigMap"), live, config.replace("'x':'2'", "'y':'2'"));
    }

    @Test
    void itemsAreMergedByTheirKeys() {
        ObjectNode live = applied(by("one", "Deployment"), null, DEPLOYMENT, false);
        String sidecar = "{'spec':{'template':{'spec':{'containers':[{'name':'b','image':'j'}]}}}}";

        ObjectNode both = applied(by("two", "Deployment"), live, sidecar, false);
        ObjectNode again = applied(by("two", "Deployment"), both, "{}", false);

        assertEquals(2, both.at("/spec/template/spec/containers").size());
        assertEquals(1, again.at("/spec/template/spec/containers").size());
        assertEquals("none", owned(again, "two"));
    }

    @Test
    void aMisshapenConfigurationIsNamed() {
        assertEquals(
                ".nope: field not declared in schema", misshapen("{'nope':1}").why());
        assertEquals(
                ".immutable: expected boolean, got &{yes}",
                misshapen("{'immutable':'yes'}").why());
        assertEquals(
                "errors:\n  .data: expected map, got &{[1 2]}\n  .nope: field not declared in schema",
                misshapen("{'data':[1,2],'nope':1}").why());
    }

    private static Applied.Misshapen misshapen(String config) {
        return assertInstanceOf(
                Applied.Misshapen.class, Ownership.apply(by("one", "ConfigMap"), null, json(config), false));
    }

    @Test
    void duplicateItemsCannotBeApplied() {
        Applied applied = Ownership.apply(
                by("one", "Deployment"),
                null,
                json("{'spec':{'template':{'spec':{'containers':[{'name':'a'},{'name':'a'}]}}}}"),
                false);

        assertEquals(
                ".spec.template.spec.containers: duplicate entries for key [name=\"a\"]",
                assertInstanceOf(Applied.Misshapen.class, applied).why());
    }
}
