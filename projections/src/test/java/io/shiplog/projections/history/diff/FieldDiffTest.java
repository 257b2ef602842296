package io.shiplog.projections.history.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.json.Json;
import io.shiplog.projections.history.Chronicle;
import io.shiplog.projections.history.PastChange;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldDiffTest {
    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // what is the same, or what the server counts
                "{'a':1} | {'a':1} | ",
                "{'a':{'b':null}} | {'a':{}} | ",
                "{'metadata':{'resourceVersion':'1','generation':1}} | {'metadata':{'resourceVersion':'2','generation':2}} | ",
                // fields
                "{'spec':{'replicas':1}} | {'spec':{'replicas':3}} | replace .spec.replicas 1 → 3",
                "{'spec':{}} | {'spec':{'paused':true}} | add .spec.paused true",
                "{'spec':{'paused':true}} | {'spec':{}} | remove .spec.paused true",
                "{'a':'text'} | {'a':{'b':1}} | replace .a \"text\" → {\"b\":1}",
                "{'metadata':{'labels':{'app.io/x':'1'}}} | {'metadata':{'labels':{'app.io/x':'2'}}} | replace .metadata.labels[\"app.io/x\"] \"1\" → \"2\"",
                // maps that come and go
                "{'a':1} | {'a':1,'m':{'k':{'l':'v'}}} | add .m.k.l \"v\"",
                "{'m':{'k':'v'}} | {} | remove .m.k \"v\"",
                "{} | {'m':{}} | add .m {}",
                "{'m':{}} | {} | remove .m {}",
                // lists with keys
                "{'c':[{'name':'a','image':'1'},{'name':'b','image':'1'}]} | {'c':[{'name':'a','image':'1'},{'name':'b','image':'2'}]} | replace .c[name=b].image \"1\" → \"2\"",
                "{'c':[{'name':'a'}]} | {'c':[{'name':'new','x':1},{'name':'a'}]} | add .c[name=new] {\"name\":\"new\",\"x\":1}",
                "{'c':[{'name':'a'},{'name':'b'}]} | {'c':[{'name':'b'}]} | remove .c[name=a] {\"name\":\"a\"}",
                "{'conditions':[{'type':'Ready','status':'False'}]} | {'conditions':[{'type':'Ready','status':'True'}]} | replace .conditions[type=Ready].status \"False\" → \"True\"",
                "{'conditions':[{'type':'Ready','status':'False'},{'type':'Up'}]} | {'conditions':[{'type':'Up'},{'type':'Ready','status':'True'}]} | replace .conditions[type=Ready].status \"False\" → \"True\"",
                "{'ports':[{'port':80,'targetPort':8080}]} | {'ports':[{'port':80,'targetPort':9090}]} | replace .ports[port=80].targetPort 8080 → 9090",
                "{'ports':[{'name':'http','port':80}]} | {'ports':[{'name':'http','port':81}]} | replace .ports[name=http].port 80 → 81",
                "{'m':[{'name':'v','mountPath':'/a'},{'name':'v','mountPath':'/b'}]} | {'m':[{'name':'v','mountPath':'/a','readOnly':true},{'name':'v','mountPath':'/b'}]} | add .m[mountPath=/a].readOnly true",
                "{'c':[]} | {'c':[{'name':'a'}]} | add .c[name=a] {\"name\":\"a\"}",
                // lists without: one value
                "{'args':['a','b']} | {'args':['a','c']} | replace .args [\"a\",\"b\"] → [\"a\",\"c\"]",
                "{'t':[{'key':'x','effect':'NoSchedule'}]} | {'t':[{'key':'y','effect':'NoSchedule'}]} | replace .t [{\"key\":\"x\",\"effect\":\"NoSchedule\"}] → [{\"key\":\"y\",\"effect\":\"NoSchedule\"}]",
                "{'c':[{'name':'a'},{'name':'b'}]} | {'c':[{'name':'b'},{'name':'a'}]} | replace .c [{\"name\":\"a\"},{\"name\":\"b\"}] → [{\"name\":\"b\"},{\"name\":\"a\"}]",
                "{'c':[{'name':'a'},{'name':'a'}]} | {'c':[{'name':'a'}]} | replace .c [{\"name\":\"a\"},{\"name\":\"a\"}] → [{\"name\":\"a\"}]"
            })
    void one_difference_shows_as_one_change(String before, String after, @Nullable String change) {
        List<FieldChange> changes = FieldDiff.between(json(before), json(after));

        assertEquals(change == null ? List.of() : List.of(change), shown(changes));
    }

    @Test
    void an_object_that_comes_or_goes_shows_its_fields() {
        String pod = "{'kind':'Pod','metadata':{'name':'a','resourceVersion':'7'},'spec':{'x':1}}";

        assertEquals(
                List.of("add .kind \"Pod\"", "add .metadata.name \"a\"", "add .spec.x 1"),
                shown(FieldDiff.between(null, json(pod))).stream().sorted().toList());
        assertEquals(
                List.of("remove .kind \"Pod\"", "remove .metadata.name \"a\"", "remove .spec.x 1"),
                shown(FieldDiff.between(json(pod), null)).stream().sorted().toList());
    }

    @Test
    void what_is_not_known_before_shows_no_changes() {
        Chronicle chronicle = new Chronicle();
        chronicle.modified(Chronicle.pod("a"), "{'spec':{'x':1}}");
        List<io.shiplog.events.log.Event> events = new java.util.ArrayList<>();
        chronicle.log().read(0, 1, events::addAll);

        assertEquals(List.of(), FieldDiff.of(PastChange.afterUnknown(events.getFirst())));
        assertFalse(FieldDiff.of(PastChange.making(events.getFirst())).isEmpty());
    }

    @Test
    void a_change_and_its_reverse_are_mirror_images() {
        List<FieldChange> there = FieldDiff.between(json("{'a':1,'b':2}"), json("{'b':3,'c':4}"));
        List<FieldChange> back = FieldDiff.between(json("{'b':3,'c':4}"), json("{'a':1,'b':2}"));

        assertEquals(
                shown(back).stream().sorted().toList(),
                shown(there.stream().map(FieldChange::reversed).toList()).stream()
                        .sorted()
                        .toList());
        assertThrows(IllegalArgumentException.class, () -> new FieldChange(ValuePath.ROOT, null, null));
    }

    @Test
    void paths_know_what_lies_within_them() {
        ValuePath container = ValuePath.ROOT.member("spec").member("containers").item("name", "web");

        assertTrue(container.member("image").within(container));
        assertFalse(container.within(container.member("image")));
        assertTrue(container.touches(container.member("image")));
        assertFalse(container.touches(
                ValuePath.ROOT.member("spec").member("containers").item("name", "log")));
        assertTrue(container.under("spec", "containers"));
        assertFalse(container.under("status"));
        assertEquals(".", ValuePath.ROOT.toString());
    }

    private static List<String> shown(List<FieldChange> changes) {
        return changes.stream().map(FieldDiffTest::shown).toList();
    }

    private static String shown(FieldChange change) {
        String values = change.before() == null
                ? String.valueOf(change.after())
                : change.after() == null ? change.before().toString() : change.before() + " → " + change.after();
        return change.op().word() + " " + change.path() + " " + values;
    }

    private static Json json(String text) {
        return Json.of(text.replace('\'', '"'));
    }
}
