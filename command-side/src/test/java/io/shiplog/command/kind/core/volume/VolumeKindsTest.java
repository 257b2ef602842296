package io.shiplog.command.kind.core.volume;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.KindValidationTest;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.command.kind.storage.StorageClassKind;
import io.shiplog.command.kind.tree.Trees;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Volumes and claims: valid and invalid ones, changes, and what admission adds. */
public class VolumeKindsTest {
    private static final String CLAIM =
            "{'metadata':{'name':'c','namespace':'n'},'spec':{'accessModes':['ReadWriteOnce'],"
                    + "'resources':{'requests':{'storage':'1Gi'}}MORE}}";
    private static final Actor JANE = new Actor("jane", List.of());

    private static String claim(String more) {
        return CLAIM.replace("MORE", more);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "persistentvolumes | SPEC'hostPath':{'path':'/tmp'}}} | ",
                "persistentvolumes | SPEC'csi':{'driver':'a.b','volumeHandle':'h'},'volumeAttributesClassName':'fast'}} | ",
                "persistentvolumes | SPEC'local':{'path':'/d'},'nodeAffinity':{'required':{'nodeSelectorTerms':[{'matchExpressions':"
                        + "[{'key':'a','operator':'Exists'}]}]}}}} | ",
                "persistentvolumes | {'metadata':{'name':'v'}} | spec.accessModes: Required value & spec.capacity: Required value &"
                        + " spec.capacity: Unsupported value: null: supported values: \"storage\" & spec: Required value: must"
                        + " specify a volume type",
                "persistentvolumes | SPEC'hostPath':{'path':'/a/../b'},'nfs':{}}} | spec.hostPath.path: Invalid value:"
                        + " \"/a/../b\": must not contain '..' & spec.nfs: Forbidden: may not specify more than 1 volume type",
                "persistentvolumes | SPEC'nfs':{'path':'x'}}} | spec.nfs.server: Required value & spec.nfs.path: Invalid value:"
                        + " \"x\": must be an absolute path",
                "persistentvolumes | SPEC'local':{'path':'/d'}}} | spec.nodeAffinity: Required value: Local volume requires node"
                        + " affinity",
                "persistentvolumes | SPEC'hostPath':{'path':'/'},'persistentVolumeReclaimPolicy':'Recycle'}} |"
                        + " spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
                "persistentvolumes | SPEC'hostPath':{'path':'/x'},'volumeAttributesClassName':'a'}} | spec.csi: Required value: has"
                        + " to be specified when using volumeAttributesClassName",
                "persistentvolumes | SPEC'iscsi':{'targetPortal':'p','iqn':'odd','lun':300,'chapAuthSession':true}}} |"
                        + " spec.iscsi.iqn: Invalid value: \"odd\": must be valid format & spec.iscsi.lun: Invalid value: 300: must"
                        + " be between 0 and 255, inclusive & spec.iscsi.secretRef: Required value",
                "persistentvolumeclaims | {'metadata':{'name':'c'},'spec':{}} | spec.accessModes: Required value: at least 1 access"
                        + " mode is required & spec.resources[storage]: Required value",
                "persistentvolumeclaims | {'metadata':{'name':'c'},'spec':{'accessModes':['ReadWriteOncePod','ReadWriteMany'],"
                        + "'resources':{'requests':{'storage':'0'}},'volumeMode':'Tape'}} | spec.accessModes: Forbidden: may not"
                        + " use ReadWriteOncePod with other access modes & spec.resources[storage]: Invalid value: \"0\": must be"
                        + " greater than zero & spec.volumeMode: Unsupported value: \"Tape\": supported values: \"Block\","
                        + " \"Filesystem\"",
            })
    void what_is_wrong_with_an_object(String type, String object, String problems) {
        String json = object.replace(
                "SPEC",
                "{'metadata':{'name':'v'},'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],");
        assertEquals(
                problems == null ? "" : problems,
                String.join(" & ", Samples.problems(KindValidationTest.type(type), json)));
    }

    @Test
    void a_claims_spec_does_not_change_and_the_message_shows_the_difference() {
        List<String> problems = Samples.updateProblems(
                PersistentVolumeClaimKind.TYPE,
                claim(",'storageClassName':'slow'"),
                claim(",'storageClassName':'fast'"));
        assertEquals(
                List.of("spec: Forbidden: spec is immutable after creation except resources.requests and"
                        + " volumeAttributesClassName for bound claims\n@@ -10,7 +10,7 @@\n   }\n  },\n  \"VolumeName\": \"\",\n"
                        + "- \"StorageClassName\": \"slow\",\n+ \"StorageClassName\": \"fast\",\n  \"VolumeMode\":"
                        + " \"Filesystem\",\n  \"DataSource\": null,\n  \"DataSourceRef\": null,\n"),
                problems);
    }

    @Test
    void a_claim_may_get_its_volume_and_its_class_later() {
        assertEquals(
                List.of(),
                Samples.updateProblems(
                        PersistentVolumeClaimKind.TYPE,
                        claim(""),
                        claim(",'volumeName':'v','storageClassName':'fast'")));
    }

    @Test
    void a_volumes_source_does_not_change() {
        String volume = "{'metadata':{'name':'v'},'spec':{'capacity':{'storage':'1Gi'},'accessModes':['ReadWriteOnce'],"
                + "'hostPath':{'path':'/a'}}}";
        List<String> problems = Samples.updateProblems(PersistentVolumeKind.TYPE, volume, volume.replace("/a", "/b"));
        assertEquals(1, problems.size());
        assertTrue(problems.getFirst().contains("-  \"Path\": \"/a\",\n+  \"Path\": \"/b\",\n"), problems::toString);
    }

    @Test
    void a_claim_without_a_class_gets_the_newest_default_class_and_a_finalizer() {
        FakeState state = new FakeState()
                .with(StorageClassKind.TYPE, storageClass("old", "2026-01-01T00:00:00Z", "true"))
                .with(StorageClassKind.TYPE, storageClass("new", "2026-01-02T00:00:00Z", "true"))
                .with(StorageClassKind.TYPE, storageClass("newest", "2026-01-03T00:00:00Z", "false"));
        ObjectNode claim = Samples.created(PersistentVolumeClaimKind.TYPE, claim(""), state);
        assertEquals("new", Trees.text(claim, "spec", "storageClassName"));
        assertEquals(
                List.of(PersistentVolumeClaimKind.PROTECTION), Trees.texts(Trees.at(claim, "metadata", "finalizers")));
        ObjectNode unclassed = Samples.created(PersistentVolumeClaimKind.TYPE, claim(",'storageClassName':''"), state);
        assertEquals("", unclassed.path("spec").path("storageClassName").asText("none"));
    }

    private static String storageClass(String name, String created, String byDefault) {
        return "{'metadata':{'name':'%s','creationTimestamp':'%s','annotations':{'storageclass.kubernetes.io/is-default-class':"
                        .formatted(name, created)
                + "'" + byDefault + "'}},'provisioner':'p'}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Pending | true | Only bound persistent volume claims can be expanded",
                "Bound | false | only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must"
                        + " support resize",
                "Bound | true | ",
            })
    void a_claim_grows_if_it_is_bound_and_its_class_allows_it(String phase, String expands, String why) {
        FakeState state = new FakeState()
                .with(
                        StorageClassKind.TYPE,
                        "{'metadata':{'name':'slow'},'provisioner':'p','allowVolumeExpansion':%s}".formatted(expands));
        ResourceType type = PersistentVolumeClaimKind.TYPE;
        ObjectNode old = Samples.defaulted(type, claim(",'storageClassName':'slow'"));
        old.putObject("status").put("phase", phase);
        ObjectNode next =
                Samples.defaulted(type, claim(",'storageClassName':'slow'").replace("1Gi", "2Gi"));
        Refusal refusal = Samples.strategy(type).admitValid(next, old, JANE, state);
        if (why == null) {
            assertNull(refusal);
        } else {
            assertTrue(Objects.requireNonNull(refusal).message().endsWith(why), refusal.message());
        }
    }

    @Test
    void a_data_source_is_in_both_fields_and_a_foreign_one_in_none() {
        FakeState state = new FakeState();
        ResourceType type = PersistentVolumeClaimKind.TYPE;
        ObjectNode copied =
                Samples.created(type, claim(",'dataSource':{'kind':'PersistentVolumeClaim','name':'other'}"), state);
        assertEquals("other", Trees.text(copied, "spec", "dataSourceRef", "name"));
        ObjectNode foreign = Samples.created(type, claim(",'dataSource':{'kind':'Odd','name':'other'}"), state);
        assertTrue(foreign.path("spec").path("dataSource").isMissingNode());
    }
}
