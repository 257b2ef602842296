package io.shiplog.events.kind;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.shiplog.events.json.Json;
import io.shiplog.events.kind.schema.SchemaGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemasTest {
    private static final Path OPENAPI =
            Path.of("src", "main", "resources", "io", "shiplog", "events", "kind", "openapi.json");

    @Test
    void the_checked_in_resource_is_what_the_generator_makes() throws IOException {
        String made = new SchemaGenerator().generate();
        if (Boolean.getBoolean("catalogue.write")) {
            Files.writeString(OPENAPI, made);
        }

        assertEquals(
                made,
                Files.readString(OPENAPI),
                "run this test with -Dcatalogue.write=true, see docs/recipes/add-a-kind.md");
    }

    @Test
    void a_kind_that_is_not_served_has_none() {
        assertNull(Schemas.builtIn().of("", "v1", "Widget"));
        assertNull(Schemas.builtIn().of("apps", "v1beta1", "Deployment"));
        assertNull(Schemas.builtIn().named("io.k8s.api.core.v1.Widget"));
    }

    @ParameterizedTest
    @CsvSource({
        "core.v1.PodSpec, containers, name, map, merge",
        "core.v1.PodSpec, tolerations, , atomic, ",
        "core.v1.Container, env, name, map, merge",
        "core.v1.Container, ports, containerPort, map, merge",
        "core.v1.Container, volumeMounts, mountPath, map, merge",
        "core.v1.EphemeralContainer, env, name, map, merge",
        "core.v1.PodSpec, imagePullSecrets, name, map, merge",
        "core.v1.PodSpec, hostAliases, ip, map, merge",
        "core.v1.PodSpec, topologySpreadConstraints, topologyKey, map, merge",
        "core.v1.PodSpec, nodeSelector, , atomic, ",
        "core.v1.ServiceSpec, ports, port, map, merge",
        "core.v1.ServiceAccount, secrets, name, map, merge",
        "core.v1.PodStatus, conditions, type, map, merge",
        "core.v1.NodeStatus, addresses, type, map, merge",
        "apps.v1.DeploymentSpec, strategy, , , retainKeys",
    })
    void lists_know_by_what_patches_find_their_items(
            String schema, String field, String mergeKey, String listType, String strategy) {
        Schema.Field found = field("io.k8s.api." + schema, field);
        assertEquals(mergeKey, found.patchMergeKey());
        assertEquals(listType, found.listType());
        assertEquals(strategy == null ? Set.of() : Set.of(strategy), found.patchStrategies());
    }

    @Test
    void volumes_merge_but_keep_no_old_source() {
        assertEquals(
                Set.of("merge", "retainKeys"),
                field("io.k8s.api.core.v1.PodSpec", "volumes").patchStrategies());
    }

    @Test
    void server_side_apply_finds_ports_by_number_and_protocol() {
        assertEquals(
                List.of("containerPort", "protocol"),
                field("io.k8s.api.core.v1.Container", "ports").listKeys());
    }

    @Test
    void metadata_knows_owners_by_uid_and_finalizers_as_a_set() {
        String meta = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
        assertEquals("uid", field(meta, "ownerReferences").patchMergeKey());
        assertEquals("set", field(meta, "finalizers").listType());
        assertEquals(Set.of("merge"), field(meta, "finalizers").patchStrategies());
    }

    @Test
    void scalars_have_their_formats() {
        assertEquals(
                Schema.Scalar.INT32,
                field("io.k8s.api.core.v1.ContainerPort", "containerPort").type());
        assertEquals(
                Schema.Scalar.INT_OR_STRING,
                field("io.k8s.api.core.v1.ServicePort", "targetPort").type());
        assertEquals(
                new Schema.MapOf(Schema.Scalar.QUANTITY),
                field("io.k8s.api.core.v1.ResourceRequirements", "limits").type());
        assertEquals(
                new Schema.MapOf(Schema.Scalar.BYTES),
                field("io.k8s.api.core.v1.Secret", "data").type());
        assertEquals(
                Schema.Scalar.MICRO_TIME,
                field("io.k8s.api.coordination.v1.LeaseSpec", "renewTime").type());
        assertEquals(
                Schema.Scalar.TIME,
                field("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", "creationTimestamp")
                        .type());
    }

    @Test
    void requiredness_is_known() {
        assertEquals(
                Set.of("containers"),
                Objects.requireNonNull(Schemas.builtIn().named("io.k8s.api.core.v1.PodSpec"))
                        .required());
    }

    @Test
    void a_reference_to_nothing_is_refused_while_loading() {
        Json broken =
                Json.of("{\"a.A\":{\"properties\":{\"b\":{\"allOf\":[{\"$ref\":\"#/components/schemas/b.B\"}]}}}}");
        assertEquals(
                "a reference to no schema: b.B",
                assertThrows(IllegalArgumentException.class, () -> SchemaReader.read(broken, Stream.of(), Stream.of()))
                        .getMessage());
    }

    private static Schema.Field field(String schema, String field) {
        Schema.Struct struct = Objects.requireNonNull(Schemas.builtIn().named(schema), schema);
        return Objects.requireNonNull(struct.field(field), field);
    }
}
