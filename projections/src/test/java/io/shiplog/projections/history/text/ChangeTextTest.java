package io.shiplog.projections.history.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.projections.history.Users;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeTextTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'path':'.spec.replicas','op':'replace','before':1,'after':3} | .spec.replicas: 1→3",
                "{'path':'.spec.paused','op':'add','after':true} | .spec.paused=true",
                "{'path':'.spec.affinity','op':'add','after':{'a':1}} | +.spec.affinity",
                "{'path':'.spec.affinity','op':'remove','before':{'a':1}} | -.spec.affinity",
                "{'path':'.spec.rules','op':'replace','before':[1],'after':[2]} | ~.spec.rules",
                "{'path':'.a','op':'add','after':'0123456789012345678901234567890123456789'} | .a=0123456789012345678901234567890…",
                // what is wanted comes first, then what says something
                "{'path':'.status.x','op':'add','after':1},{'path':'.spec.y','op':'add','after':2} | .spec.y=2 (+1)",
                "{'path':'.status.lastUpdateTime','op':'add','after':'t'},{'path':'.status.phase','op':'add','after':'Running'} | .status.phase=Running (+1)",
                "{'path':'.status.a','op':'add','after':1},{'path':'.status.b','op':'add','after':2},{'path':'.status.c','op':'add','after':3} | .status.a=1, .status.b=2 (+1)"
            })
    void fields_read_in_a_few_words(String fields, String text) {
        assertEquals(text, ChangeText.fields(change("io.shiplog.pod.modified.v1", fields)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'actor':'bob'} | bob | true",
                "{'actor':'bob','impersonator':'dana'} | bob (impersonated by dana) | true",
                "{'actor':'system:serviceaccount:kube-system:job-controller'} | job-controller | false",
                "{'actor':'system:serviceaccount:kube-system:job-controller','impersonator':'dana'} | job-controller (impersonated by dana) | true"
            })
    void who_acts_in_anothers_name_is_named_and_is_a_user(String change, String text, boolean user) {
        JsonNode json = Json.of(change.replace('\'', '"')).tree();

        assertEquals(text, ChangeText.asked(json));
        assertEquals(user, Users.asked(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\\'stream\\':\\'exec\\',\\'container\\':\\'app\\',\\'command\\':[\\'sh\\',\\'-c\\',\\'ls\\']} | exec in app: sh -c ls",
                "{\\'stream\\':\\'portforward\\'} | portforward",
                "nonsense | ``"
            })
    void a_stream_says_what_was_opened(String annotation, String text) {
        JsonNode change = change(
                "io.shiplog.core.pod.stream-opened.v1",
                "{'path':'.metadata.annotations[\\'shiplog.io/stream-opened\\']','op':'add','after':'%s'}"
                        .formatted(annotation));

        assertEquals(text, ChangeText.fields(change));
    }

    @Test
    void of_an_object_that_came_or_went_the_word_says_all() {
        String fields = "{'path':'.spec','op':'add','after':{}}";

        assertEquals("", ChangeText.fields(change("io.shiplog.pod.created.v1", fields)));
        assertEquals("", ChangeText.fields(change("io.shiplog.pod.deleted.v1", fields)));
    }

    @ParameterizedTest
    @CsvSource({"deletion-requested,evicted: .spec=1", "deleted,evicted"})
    void an_eviction_is_named(String word, String text) {
        JsonNode change = change("io.shiplog.pod." + word + ".v1", "{'path':'.spec','op':'add','after':1}");
        ((ObjectNode) change).put("verb", "evict");

        assertEquals(text, ChangeText.fields(change));
    }

    @Test
    void actors_objects_and_words_read_as_people_say_them() {
        JsonNode change = change("io.shiplog.pod.scheduled.v1", "");

        assertEquals("scheduled", ChangeText.happened(change));
        assertEquals("pod/web-1", ChangeText.object(change));
        assertEquals(
                "deployment-controller", ChangeText.actor("system:serviceaccount:kube-system:deployment-controller"));
        assertEquals("alice", ChangeText.actor("alice"));
        assertEquals("unreadable", ChangeText.happened(Json.of("{}").tree()));
        assertEquals("", ChangeText.object(Json.of("{}").tree()));
    }

    private static JsonNode change(String type, String fields) {
        return Json.of("{'type':'%s','object':{'kind':'Pod','name':'web-1'},'fields':[%s]}"
                        .formatted(type, fields)
                        .replace('\'', '"'))
                .tree();
    }
}
