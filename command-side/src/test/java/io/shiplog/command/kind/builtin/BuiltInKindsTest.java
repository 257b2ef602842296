package io.shiplog.command.kind.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.projections.image.ImageEvolution;
import io.shiplog.projections.image.StoredObject;
import org.junit.jupiter.api.Test;

class BuiltInKindsTest {
    @Test
    void every_built_in_kind_and_its_list_have_a_schema() {
        for (KindDescription kind : BuiltInKinds.catalogue().all()) {
            assertNotNull(Schemas.builtIn().of(kind.group(), kind.preferredVersion(), kind.kind()), kind.kind());
            assertNotNull(
                    Schemas.builtIn().of(kind.group(), kind.preferredVersion(), kind.listKind()), kind.listKind());
            assertNotNull(Schemas.builtIn().of(kind), kind.kind());
        }
    }

    @Test
    void fields_agree_with_a_reading_of_the_tree_for_every_kind() {
        Json json = Json.of("""
                {"metadata":{"name":"x","namespace":"y"},"type":"Opaque","reason":"Because","source":{"component":"c"},
                 "reportingComponent":"r","involvedObject":{"kind":"Pod","name":"p","fieldPath":"spec.a"},
                 "spec":{"unschedulable":true,"clusterIP":"10.96.0.9","type":"ClusterIP"},"status":{"phase":"Active","replicas":3}}""");
        ImageEvolution evolution = new ImageEvolution(BuiltInKinds.catalogue());
        BuiltInKinds.catalogue().all().forEach(kind -> {
            StoredObject object =
                    evolution.stored(BuiltInKinds.catalogue(), ObjectKey.of(kind.type(), "y", "x"), 1, json, "");
            kind.fields()
                    .forEach((name, path) -> assertEquals(
                            path.value(json.tree()), object.fields().get(name), kind.kind() + " " + name));
            assertEquals(kind.fields().keySet(), object.fields().keySet());
        });
    }
}
