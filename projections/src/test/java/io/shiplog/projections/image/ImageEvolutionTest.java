package io.shiplog.projections.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageEvolutionTest {
    private static final ObjectKey POD = ObjectKey.of(ResourceType.core("pods"), "shop", "web-1");

    private final ImageEvolution evolution = new ImageEvolution(TestKinds.CATALOGUE);

    @Test
    void all_that_selectors_and_indexes_need_is_extracted() {
        StoredObject pod = stored("""
                {"kind":"Pod","metadata":{"name":"web-1","labels":{"app":"web","tier":"front"},
                 "annotations":{"uid":"not this","labels":{"a":"b"}},
                 "ownerReferences":[{"kind":"ReplicaSet","uid":"o-1","controller":true},{"nested":{"uid":"no"},"uid":"o-2"}],
                 "uid":"u-1","deletionTimestamp":"2026-11-22T03:00:00Z"},
                 "spec":{"containers":[{"name":"a","nodeName":"no"}],"nodeName":"n1","restartPolicy":"Always","hostNetwork":true},
                 "status":{"phase":"Running","podIPs":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}],"podIP":"10.9.9.9"}}""");

        assertEquals("u-1", pod.uid());
        assertEquals(Map.of("app", "web", "tier", "front"), pod.labels());
        assertEquals(List.of("o-1", "o-2"), pod.ownerUids());
        assertEquals("n1", pod.node());
        assertTrue(pod.deleting());
        assertEquals("Running", pod.fields().get("status.phase"));
        assertEquals("true", pod.fields().get("spec.hostNetwork"));
        assertEquals("10.0.0.1", pod.fields().get("status.podIP"));
    }

    @Test
    void the_keys_of_indexes_are_extracted() {
        StoredObject pod = stored("""
                {"metadata":{"name":"web-1"},"spec":{"nodeName":"","volumes":[{"name":"a","persistentVolumeClaim":{"claimName":"data"}},
                 {"name":"b","emptyDir":{}},{"name":"c","persistentVolumeClaim":{"claimName":"logs"}},
                 {"name":"d","persistentVolumeClaim":{"claimName":"data"}}]}}""");
        StoredObject service = evolution.stored(
                TestKinds.CATALOGUE, ObjectKey.of(ResourceType.core("services"), "shop", "web"), 7, Json.of("""
                        {"spec":{"clusterIP":"10.96.0.9","ports":[{"port":80,"nodePort":30080},{"port":81},{"port":82,"nodePort":0},
                         {"port":53,"protocol":"UDP","nodePort":30053},{"port":53,"nodePort":30053}],"healthCheckNodePort":30999}}"""), "");

        assertEquals(List.of(claim("data"), claim("logs")), pod.keys(Indexes.CLAIM));
        assertEquals(List.of(), pod.keys(Indexes.NODE), "no node yet");
        assertEquals(List.of("10.96.0.9"), service.keys(Indexes.ADDRESS));
        assertEquals(List.of("30080", "30053", "30999"), service.keys(Indexes.NODE_PORT));
    }

    @Test
    void what_is_no_key_is_not_indexed() {
        Json headless =
                Json.of("{\"spec\":{\"clusterIP\":\"None\",\"nodeName\":\"n1\",\"ports\":{\"*\":{\"nodePort\":7}}}}");
        StoredObject service = evolution.stored(
                TestKinds.CATALOGUE, ObjectKey.of(ResourceType.core("services"), "shop", "web"), 7, headless, "");

        assertEquals(List.of(), service.keys(Indexes.ADDRESS), "None is no address");
        assertEquals(List.of(), service.keys(Indexes.NODE), "only pods are bound to nodes");
        assertEquals(List.of(), service.keys(Indexes.NODE_PORT), "an object where a list belongs");
    }

    private static ObjectKey claim(String name) {
        return ObjectKey.of(ResourceType.core("persistentvolumeclaims"), "shop", name);
    }

    @Test
    void absent_fields_have_their_fallback_or_are_empty() {
        StoredObject pod = stored("{\"metadata\":{},\"status\":{\"podIP\":\"10.9.9.9\",\"phase\":null}}");

        assertEquals("", pod.fields().get("spec.nodeName"));
        assertEquals("", pod.fields().get("status.phase"));
        assertEquals("false", pod.fields().get("spec.hostNetwork"));
        assertEquals("10.9.9.9", pod.fields().get("status.podIP"));
        assertNull(pod.fields().get("spec.unknown"));
        assertNull(pod.node());
        assertFalse(pod.deleting());
    }

    @Test
    void values_of_unexpected_shapes_count_as_absent() {
        StoredObject pod = stored("""
                {"metadata":{"uid":{"a":1},"labels":["x"],"ownerReferences":{"uid":"x"},"deletionTimestamp":null},
                 "spec":{"nodeName":["n"],"schedulerName":7},"status":"Running"}""");

        assertEquals("", pod.uid());
        assertEquals(Map.of(), pod.labels());
        assertEquals(List.of(), pod.ownerUids());
        assertNull(pod.node());
        assertFalse(pod.deleting());
        assertEquals("7", pod.fields().get("spec.schedulerName"));
        assertEquals("", pod.fields().get("status.phase"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{\"metadata\":{\"labels\":{\"a\":", "{\"metadata\" \"x\"}"})
    void bytes_that_are_no_object_are_kept_and_nothing_else(String text) {
        StoredObject pod = stored(text);

        assertEquals(Json.of(text), pod.json());
        assertEquals(Map.of(), pod.labels());
        assertEquals(7, pod.revision());
    }

    @Test
    void fields_agree_with_a_reading_of_the_tree_for_every_kind() {
        Json json = Json.of("""
                {"metadata":{"name":"x","namespace":"y"},"type":"Opaque","reason":"Because","source":{"component":"c"},
                 "reportingComponent":"r","involvedObject":{"kind":"Pod","name":"p","fieldPath":"spec.a"},
                 "spec":{"unschedulable":true,"clusterIP":"10.96.0.9","type":"ClusterIP"},"status":{"phase":"Active","replicas":3}}""");
        TestKinds.CATALOGUE.all().forEach(kind -> {
            StoredObject object =
                    evolution.stored(TestKinds.CATALOGUE, ObjectKey.of(kind.type(), "y", "x"), 1, json, "");
            kind.fields()
                    .forEach((name, path) -> assertEquals(
                            path.value(json.tree()), object.fields().get(name), kind.kind() + " " + name));
            assertEquals(kind.fields().keySet(), object.fields().keySet());
        });
    }

    @Test
    void words_that_come_again_are_kept_once() {
        StoredObject one = stored("{\"metadata\":{\"labels\":{\"app\":\"web\"}}}");
        StoredObject two = stored("{\"metadata\":{\"labels\":{\"app\":\"web\"}}}");

        assertNotSame(one, two);
        assertSame(one.labels().get("app"), two.labels().get("app"));
        assertSame(
                one.labels().keySet().iterator().next(),
                two.labels().keySet().iterator().next());
    }

    private StoredObject stored(String json) {
        return evolution.stored(TestKinds.CATALOGUE, POD, 7, Json.of(json), "correlation");
    }
}
