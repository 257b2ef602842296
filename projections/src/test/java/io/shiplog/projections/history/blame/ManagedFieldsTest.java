package io.shiplog.projections.history.blame;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.core.JsonPointer;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventHead;
import io.shiplog.events.log.EventType;
import io.shiplog.events.log.Origin;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.projections.history.PastChange;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManagedFieldsTest {
    private static final String SET = """
            {'manager':'kubectl-set','operation':'Update','time':'2026-11-22T03:12:07Z','fieldsV1':{
             'f:spec':{'f:containers':{'k:{"name":"web"}':{'f:image':{}}}}}}""";
    private static final String CREATE = """
            {'manager':'helm','operation':'Update','time':'2026-11-22T03:00:00Z','fieldsV1':{
             'f:metadata':{'f:finalizers':{'.':{},'v:"keep"':{}}},
             'f:spec':{'f:replicas':{},'f:selector':{},'f:containers':{'k:{"name":"web"}':{'.':{},'f:image':{},'f:name':{}}}}}}""";
    private static final String OBJECT = """
            {'apiVersion':'v1','kind':'Web','metadata':{'name':'w','finalizers':['other','keep'],'managedFields':[%s]},
             'spec':{'replicas':1,'selector':{'app':'web'},'containers':[{'name':'side','image':'s:1'},{'name':'web','image':'w:2'}]}}""";

    private static Event event(String type, String managers) {
        ObjectKey key = ObjectKey.of(ResourceType.core("webs"), "shop", "w");
        Json object = Json.of(OBJECT.formatted(managers)
                .replace('\'', '"')
                .replace("k:{\"name\":\"web\"}", "k:{\\\"name\\\":\\\"web\\\"}")
                .replace("v:\"keep\"", "v:\\\"keep\\\""));
        return new Event(
                "events",
                1,
                new EventHead(
                        7,
                        6L,
                        key,
                        EventType.read(type, key.type()),
                        "/w",
                        null,
                        Instant.parse("2026-11-22T03:12:07.5Z"),
                        new Origin("dana", null, "patch", "c", null, "c")),
                object,
                "");
    }

    @ParameterizedTest
    @CsvSource({
        "/spec/containers/1/image, kubectl-set",
        "/spec/containers/1/name, helm",
        "/spec/replicas, helm",
        "/spec/selector/app, helm",
        "/metadata/finalizers/1, helm",
        "/metadata/finalizers/0, ''",
        "/spec/containers/0/image, ''",
        "/kind, ''"
    })
    void aValueHasTheManagerThatOwnsItAndWroteLast(String pointer, String manager) {
        Event event = event("io.shiplog.web.modified.v1", CREATE + "," + SET);

        assertEquals(manager, ManagedFields.ofValue(event, event.object().tree(), JsonPointer.compile(pointer)));
    }

    @Test
    void aWriteHasTheManagerWhoseEntryItChanged() {
        Event created = event("io.shiplog.web.created.v1", CREATE);
        Event set = event("io.shiplog.web.modified.v1", CREATE + "," + SET);

        assertEquals("helm", ManagedFields.ofWrite(PastChange.making(created)));
        assertEquals("kubectl-set", ManagedFields.ofWrite(PastChange.after(created, set)));
    }

    /** {@code kubectl set image} takes a value that helm owned: both entries change. */
    @Test
    void theManagerWhoseValueWasReplacedDidNotWrite() {
        String replaced = CREATE.replace("'f:image':{},", "");
        Event created = event("io.shiplog.web.created.v1", CREATE);

        Event set = event("io.shiplog.web.modified.v1", replaced + "," + SET);
        Event setAgain = event("io.shiplog.web.modified.v1", CREATE + "," + SET);
        Event removed = event("io.shiplog.web.modified.v1", replaced);
        Event applied = event("io.shiplog.web.modified.v1", replaced.replace("T03:00:00Z", "T03:12:07Z"));

        assertEquals("kubectl-set", ManagedFields.ofWrite(PastChange.after(created, set)));
        assertEquals("helm", ManagedFields.ofWrite(PastChange.after(set, setAgain)), "it took the value back");
        assertEquals("", ManagedFields.ofWrite(PastChange.after(created, removed)), "another one removed the value");
        assertEquals("helm", ManagedFields.ofWrite(PastChange.after(created, applied)), "it removed its own value");
    }

    @Test
    void aWriteWithoutAChangedEntryOrWithAnUnknownStateBeforeHasNone() {
        Event created = event("io.shiplog.web.created.v1", CREATE);
        Event both = event("io.shiplog.web.created.v1", CREATE + "," + SET);

        assertEquals("", ManagedFields.ofWrite(PastChange.after(created, created)));
        assertEquals("", ManagedFields.ofWrite(PastChange.afterUnknown(created)));
        assertEquals("", ManagedFields.ofWrite(PastChange.making(both)));
        assertEquals("", ManagedFields.ofWrite(PastChange.after(both, event("io.shiplog.web.deleted.v1", CREATE))));
    }
}
