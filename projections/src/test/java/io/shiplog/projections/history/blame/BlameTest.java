package io.shiplog.projections.history.blame;

import static io.shiplog.projections.history.Chronicle.deployment;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.log.Event;
import io.shiplog.events.log.EventLog;
import io.shiplog.projections.history.Chronicle;
import io.shiplog.projections.history.HoledLog;
import io.shiplog.projections.history.Past;
import io.shiplog.projections.history.ScannedHistory;
import io.shiplog.projections.history.blame.Blame.Blamed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blame, and the life of an object that it walks. */
class BlameTest {
    private final Chronicle chronicle = new Chronicle();
    private final ScannedHistory history = new ScannedHistory(chronicle.logs());
    private final Past past = new Past(history, "events");

    @AfterEach
    void close() {
        history.close();
    }

    @Test
    void each_value_is_blamed_on_the_event_that_last_set_it() {
        chronicle
                .by("alice")
                .created(deployment("web"), "{'metadata':{'name':'web'},'spec':{'replicas':1,'paused':false}}");
        chronicle
                .by("bob")
                .modified(deployment("web"), "{'metadata':{'name':'web'},'spec':{'replicas':3,'paused':false}}");
        chronicle
                .by("carol")
                .modified(deployment("web"), "{'metadata':{'name':'web'},'spec':{'replicas':3,'paused':true}}");
        chronicle
                .by("dave")
                .modified(
                        deployment("web"),
                        "{'metadata':{'name':'web'},'spec':{'replicas':3,'paused':true},'status':{'x':1}}");

        assertEquals(
                Map.of(
                        ".metadata.name",
                        "alice",
                        ".spec.replicas",
                        "bob",
                        ".spec.paused",
                        "carol",
                        ".status.x",
                        "dave"),
                blame(4));
        assertEquals(Map.of(".metadata.name", "alice", ".spec.replicas", "bob", ".spec.paused", "alice"), blame(2));
    }

    @Test
    void a_value_that_was_set_and_set_back_is_blamed_on_who_set_it_back() {
        chronicle.by("alice").created(deployment("web"), "{'spec':{'replicas':1}}");
        chronicle.by("bob").modified(deployment("web"), "{'spec':{'replicas':3}}");
        chronicle.by("carol").modified(deployment("web"), "{'spec':{'replicas':1}}");

        assertEquals(Map.of(".spec.replicas", "carol"), blame(3));
    }

    @Test
    void an_item_that_came_as_a_whole_and_changed_in_part_has_several_to_blame() {
        chronicle.by("alice").created(deployment("web"), "{'c':[{'name':'a','image':'1'}]}");
        chronicle
                .by("bob")
                .modified(deployment("web"), "{'c':[{'name':'a','image':'1'},{'name':'b','image':'1','x':1}]}");
        chronicle
                .by("carol")
                .modified(deployment("web"), "{'c':[{'name':'a','image':'1'},{'name':'b','image':'2','x':1}]}");

        assertEquals(
                Map.of(
                        ".c[name=a].name", "alice",
                        ".c[name=a].image", "alice",
                        ".c[name=b].name", "bob",
                        ".c[name=b].x", "bob",
                        ".c[name=b].image", "carol"),
                blame(3));
    }

    @Test
    void who_emptied_a_map_is_to_blame_for_its_emptiness() {
        chronicle.by("alice").created(deployment("web"), "{'labels':{'a':'1'},'args':['x','y']}");
        chronicle.by("bob").modified(deployment("web"), "{'labels':{},'args':['x','z']}");

        assertEquals(Map.of(".labels", "bob", ".args", "bob"), blame(2));
    }

    @Test
    void a_value_from_before_the_cut_has_no_author() {
        chronicle.by("alice").created(deployment("web"), "{'spec':{'a':1,'b':1}}");
        chronicle.by("bob").modified(deployment("web"), "{'spec':{'a':2,'b':1}}");
        chronicle.by("carol").modified(deployment("web"), "{'spec':{'a':2,'b':2}}");
        chronicle.log().cutBefore(2);

        Map<String, String> blame = blame(3);

        assertEquals("carol", blame.get(".spec.b"));
        assertEquals("nobody", blame.get(".spec.a"));
    }

    @Test
    void a_value_of_an_unreadable_record_has_no_author() {
        chronicle.by("alice").created(deployment("web"), "{'spec':{'a':1,'b':1}}");
        chronicle.by("bob").modified(deployment("web"), "{'spec':{'a':2,'b':1}}");
        chronicle.by("carol").modified(deployment("web"), "{'spec':{'a':2,'b':1},'c':1}");
        chronicle.by("dave").modified(deployment("web"), "{'spec':{'a':2,'b':1},'c':2}");
        ScannedHistory holed = new ScannedHistory(Map.of("events", new HoledLog(chronicle.log(), 2)));

        Map<String, String> blame = blame(new Past(holed, "events"), 4);

        assertEquals(Map.of(".spec.a", "nobody", ".spec.b", "alice", ".c", "dave"), blame);
        holed.close();
    }

    @Test
    void an_item_that_was_told_apart_by_another_field_before_came_with_its_new_name() {
        chronicle.by("alice").created(deployment("web"), "{'ports':[{'port':80},{'port':81}]}");
        chronicle.by("bob").modified(deployment("web"), "{'ports':[{'port':80,'name':'a'},{'port':81,'name':'b'}]}");

        assertEquals("bob", blame(2).get(".ports[name=a].port"));
    }

    @Test
    void of_several_objects_with_one_name_the_last_is_meant_unless_a_uid_says_which() {
        chronicle.by("alice").created(deployment("web"), "{'metadata':{'uid':'first'},'x':1}");
        chronicle.by("alice").deleted(deployment("web"), "{'metadata':{'uid':'first'},'x':1}");
        chronicle.by("bob").created(deployment("web"), "{'metadata':{'uid':'second'},'x':2}");
        chronicle.by("bob").modified(deployment("web"), "{'metadata':{'uid':'second'},'x':3}");

        assertEquals(List.of(3L, 4L), life(null, 4));
        assertEquals(List.of(1L, 2L), life("first", 4));
        assertEquals(List.of(1L, 2L), life(null, 2));
        assertEquals(List.of(), life("third", 4));
        assertFalse(past.life(deployment("never"), null, 4, change -> true));
    }

    @Test
    void a_long_life_is_walked_page_by_page_and_no_further_than_wanted() {
        chronicle.created(deployment("web"), "{'x':0}");
        for (int i = 1; i < 350; i++) {
            chronicle.modified(deployment("web"), "{'x':%d}".formatted(i));
        }
        List<Long> seen = new ArrayList<>();

        assertTrue(past.life(deployment("web"), null, 999, change -> {
            seen.add(change.revision());
            return seen.size() < 120;
        }));

        assertEquals(120, seen.size());
        assertEquals(350, seen.getFirst());
        assertEquals(350, life(null, 999).size());
    }

    /** The revisions of a life, oldest first. */
    private List<Long> life(@Nullable String uid, long upTo) {
        List<Long> revisions = new ArrayList<>();
        past.life(deployment("web"), uid, upTo, change -> {
            revisions.add(change.revision());
            return true;
        });
        return revisions.reversed();
    }

    private Map<String, String> blame(long at) {
        return blame(past, at);
    }

    private Map<String, String> blame(Past asked, long at) {
        List<Event> events = new ArrayList<>();
        chronicle.log().read(at - 1, at, events::addAll);
        JsonNode object = events.getFirst().object().tree();
        Blame blame = new Blame(object);
        asked.life(deployment("web"), null, at, change -> {
            blame.older(change);
            return blame.isOpen();
        });
        Map<String, String> actors = new TreeMap<>();
        for (Blamed each : blame.result()) {
            Event event = each.event();
            assertEquals(each.value(), object.at(each.pointer()));
            actors.put(each.path().toString(), event == null ? "nobody" : event.actor());
        }
        return actors;
    }

    @Test
    void a_state_without_changes_has_no_author() {
        Blame blame = new Blame(Json.of("{\"a\":1}").tree());

        assertTrue(blame.isOpen());
        assertNull(blame.result().getFirst().event());
    }

    /** Each item was looked for from the beginning of its list, for each change. */
    @Test
    void a_long_list_is_blamed_in_time() {
        String env = IntStream.range(0, 30_000)
                .mapToObj("{'name':'e%d','value':'v'}"::formatted)
                .collect(Collectors.joining(","));
        String json = "{'metadata':{'name':'web'},'spec':{'n':%d,'env':[%s]}}";
        for (int i = 0; i < 10; i++) {
            chronicle.by("user" + i);
            chronicle.write(deployment("web"), i == 0 ? "created" : "modified", json.formatted(i, env));
        }

        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            Map<String, String> blamed = blame(10);
            assertEquals("user9", blamed.get(".spec.n"));
            assertEquals("user0", blamed.get(".spec.env[name=e29999].value"));
        });
    }

    @Test
    void a_question_that_takes_longer_than_a_request_may_is_given_up() {
        for (int i = 0; i < 5; i++) {
            chronicle.modified(deployment("web"), "{'spec':{'n':%d}}".formatted(i));
        }
        long[] now = {0};
        Past slow = new Past(history, "events", () -> now[0]);
        List<Long> seen = new ArrayList<>();

        assertThrows(
                EventLog.LogUnavailableException.class,
                () -> slow.life(deployment("web"), null, 5, change -> {
                    seen.add(change.revision());
                    now[0] += Duration.ofSeconds(25).toNanos();
                    return true;
                }));

        assertEquals(List.of(5L, 4L, 3L), seen);
    }
}
