package io.shiplog.node.volume;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.shiplog.events.command.Command.PatchObject;
import io.shiplog.events.json.Json;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import io.shiplog.node.engine.EngineException;
import io.shiplog.node.engine.memory.InMemoryEngine;
import io.shiplog.node.image.SavedImages;
import io.shiplog.node.image.SavedImages.Layer;
import io.shiplog.node.path.Binding;
import io.shiplog.node.reference.Place;
import io.shiplog.node.reference.Referred;
import io.shiplog.node.reference.UnresolvedException;
import io.shiplog.node.volume.PodFolders.MountContext;
import io.shiplog.projections.image.StoredObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes of every kind, on a disk. */
class PodFoldersTest {
    /** Mounts nothing: returns the path of what would be mounted. */
    private static final Binding PLACE = (opened, form) -> opened.place();

    @TempDir
    Path root;

    private PodFolders folders;
    private final Map<ObjectKey, StoredObject> objects = new HashMap<>();
    private final List<String> inMemory = new ArrayList<>();
    private final InMemoryEngine engine = new InMemoryEngine(() -> Instant.EPOCH);
    private ImageFolders images;

    @BeforeEach
    void make() {
        Path node = root.resolve("node");
        images = new ImageFolders(node, engine, Map.of());
        folders = new PodFolders(node, root.resolve("binds"), "mem-", new ClaimedVolumes(node, objects::get));
    }

    private static final Place PLACE_OF_POD =
            new Place("node-a", "192.168.0.1", List.of("10.244.0.5"), 4000, 1L << 30, 1L << 30);

    private MountContext here() {
        return new MountContext(PLACE, images.hold(Map.of()));
    }

    private JsonNode pod(String volumes) throws IOException {
        return Json.MAPPER.readTree(
                ("{'metadata':{'name':'web','namespace':'default','uid':'u1','labels':{'b':'2','a':'1'}},"
                                + "'spec':{'containers':[{'name':'app','resources':{'limits':{'cpu':'2'}}}],'volumes':["
                                + volumes + "]}}")
                        .replace('\'', '"'));
    }

    private Path prepared(String volume) throws IOException, UnresolvedException {
        JsonNode pod = pod(volume);
        Referred referred = new Referred("default", key -> key.name().equals("there") ? stored(key) : null);
        folders.prepare(
                pod,
                new VolumeContents(pod, referred, PLACE_OF_POD, (audience, seconds) -> "token for " + audience),
                (name, bytes) -> inMemory.add(name));
        return Path.of(folders.mountSource(pod, "v", "", here()).place());
    }

    private static StoredObject stored(ObjectKey key) {
        String json = key.type().resource().equals("secrets")
                ? "{\"data\":{\"k\":\"c2VjcmV0\"}}"
                : "{\"data\":{\"k\":\"text\",\"l\":\"more\"},\"binaryData\":{\"bin\":\"AAE=\"}}";
        return new StoredObject(key, 1, Json.of(json), StoredObject.Extracted.NOTHING, "");
    }

    private void object(String resource, String namespace, String name, boolean deleting, String json) {
        ObjectKey key = ObjectKey.of(ResourceType.core(resource), namespace, name);
        Json body = Json.of(json.replace('\'', '"'));
        StoredObject.Extracted extracted = new StoredObject.Extracted("c1", Map.of(), Map.of(), deleting, List.of());
        objects.put(key, new StoredObject(key, 7, body, extracted, ""));
    }

    /** A bound claim {@code data} and its volume. */
    private void claimed(String source, boolean deleting, String phase) {
        object(
                "persistentvolumeclaims",
                "default",
                "data",
                false,
                "{'spec':{'volumeName':'pv'},'status':{'phase':'Bound'}}");
        object("persistentvolumes", "", "pv", deleting, """
                {'metadata':{'finalizers':['kubernetes.io/pv-protection','shiplog.io/node-local']},
                'spec':{'claimRef':{'uid':'c1'},'accessModes':['ReadWriteOnce'],%s,
                'nodeAffinity':{'required':{'nodeSelectorTerms':[{'matchExpressions':[
                {'key':'kubernetes.io/hostname','operator':'In','values':['node-a']}]}]}}},
                'status':{'phase':'%s'}}""".formatted(source, phase));
    }

    private static final String CLAIM = "{'name':'v','persistentVolumeClaim':{'claimName':'data'}}";
    private static final String OWN =
            "'persistentVolumeReclaimPolicy':'%s','csi':{'driver':'node-local.shiplog.io','volumeHandle':'%s'}";

    private final Set<Path> mounted = new HashSet<>();

    private Optional<PatchObject> released(String node) {
        return new NodeLocalFolders(node, new ClaimedVolumes(root.resolve("node"), objects::get), mounted::contains)
                .release(requireNonNull(objects.get(ObjectKey.clusterScoped(NodeLocalFolders.VOLUMES, "pv"))));
    }

    @Test
    void aNodeLocalVolumeIsAFolderThatOutlivesThePod() throws Exception {
        claimed(OWN.formatted("Delete", "pvc-1"), false, "Bound");
        Path at = prepared(CLAIM);
        Files.writeString(at.resolve("file"), "text");
        assertEquals(root.resolve("node/volumes/pvc-1"), at);

        folders.remove("u1");

        assertEquals("text", Files.readString(prepared(CLAIM).resolve("file")));
    }

    @Test
    void aHandleThatLeadsElsewhereIsRefused() {
        for (String handle : List.of("../x", "a/b", "..", "")) {
            claimed(OWN.formatted("Delete", handle), false, "Bound");
            assertThrows(UnresolvedException.class, () -> prepared(CLAIM), handle);
        }
    }

    @Test
    void aDeletedVolumeGoesWithItsFolderOnItsNode() throws Exception {
        claimed(OWN.formatted("Delete", "pvc-1"), false, "Bound");
        Path at = prepared(CLAIM);
        Files.createSymbolicLink(at.resolve("link"), root);
        assertEquals(Optional.empty(), released("node-a"), "it is not deleted");

        claimed(OWN.formatted("Delete", "pvc-1"), true, "Bound");
        assertEquals(Optional.empty(), released("node-a"), "it is bound");
        claimed(OWN.formatted("Delete", "pvc-1"), true, "Released");
        assertEquals(Optional.empty(), released("node-b"), "it is another node's");
        String patch = released("node-a").orElseThrow().patch().toString();

        assertTrue(patch.contains("[\"kubernetes.io/pv-protection\"]"), patch);
        assertFalse(Files.exists(at));
        assertTrue(Files.exists(root));
    }

    /** Given a pod that was deleted with force and still runs / when its volume is deleted / then the folder stays until the pod has ended. */
    @Test
    void aFolderThatAContainerHasMountedStays() throws Exception {
        claimed(OWN.formatted("Delete", "pvc-1"), false, "Bound");
        Path at = prepared(CLAIM);
        claimed(OWN.formatted("Delete", "pvc-1"), true, "Released");
        mounted.add(at);

        assertEquals(Optional.empty(), released("node-a"));
        assertTrue(Files.exists(at));

        mounted.clear();
        assertTrue(released("node-a").isPresent());
        assertFalse(Files.exists(at));
    }

    @Test
    void aRetainedVolumeLeavesItsFolder() throws Exception {
        claimed(OWN.formatted("Retain", "pvc-1"), false, "Bound");
        Path at = prepared(CLAIM);
        claimed(OWN.formatted("Retain", "pvc-1"), true, "Released");

        assertTrue(released("node-a").isPresent());
        assertTrue(Files.exists(at));
    }

    @Test
    void hostPathAndLocalVolumesAreAtTheirPath() throws Exception {
        Path folder = Files.createDirectory(root.resolve("disk"));
        claimed("'hostPath':{'path':'" + folder + "'}", false, "Bound");
        assertEquals(folder, prepared(CLAIM));
        claimed("'local':{'path':'" + folder + "'}", false, "Bound");
        assertEquals(folder, prepared(CLAIM));
        claimed("'local':{'path':'" + folder + "/missing'}", false, "Bound");
        assertThrows(UnresolvedException.class, () -> prepared(CLAIM), "a local volume is not made");
    }

    private static String message(UnresolvedException refusal) {
        return requireNonNull(refusal.getMessage());
    }

    @Test
    void aClaimWithoutItsVolumeWaits() {
        UnresolvedException missing = assertThrows(UnresolvedException.class, () -> prepared(CLAIM));
        assertTrue(message(missing).contains("persistentvolumeclaim \"data\" not found"), message(missing));
        object("persistentvolumeclaims", "default", "data", false, "{'spec':{},'status':{'phase':'Pending'}}");
        UnresolvedException unbound = assertThrows(UnresolvedException.class, () -> prepared(CLAIM));
        assertTrue(message(unbound).contains("PVC is not bound"), message(unbound));
        claimed("'nfs':{'server':'s','path':'/'}", false, "Bound");
        assertThrows(UnresolvedException.class, () -> prepared(CLAIM));
    }

    @Test
    void anEphemeralVolumeIsOnlyThePodsOwnClaim() {
        object(
                "persistentvolumeclaims",
                "default",
                "web-v",
                false,
                "{'spec':{'volumeName':'pv'},'status':{'phase':'Bound'}}");
        UnresolvedException refused = assertThrows(
                UnresolvedException.class,
                () -> prepared("{'name':'v','ephemeral':{'volumeClaimTemplate':{'spec':{}}}}"));
        assertTrue(message(refused).contains("was not created for pod default/web"), message(refused));
    }

    @Test
    void aClaimMayBeMountedReadOnly() throws Exception {
        claimed(OWN.formatted("Delete", "pvc-1"), false, "Bound");
        String readOnly = "{'name':'v','persistentVolumeClaim':{'claimName':'data','readOnly':true}}";
        prepared(readOnly);
        assertTrue(folders.mountSource(pod(readOnly), "v", "", here()).readOnly());
        assertFalse(folders.mountSource(pod(CLAIM), "v", "", here()).readOnly());
    }

    @Test
    void aConfigMapIsAFileForEachKey() throws Exception {
        Path at = prepared("{'name':'v','configMap':{'name':'there'}}");

        assertEquals("text", Files.readString(at.resolve("k")));
        assertEquals(2, Files.size(at.resolve("bin")));
    }

    @Test
    void itemsChooseAndNameFiles() throws Exception {
        Path at =
                prepared("{'name':'v','secret':{'secretName':'there','items':[{'key':'k','path':'x/y','mode':256}]}}");

        assertEquals("secret", Files.readString(at.resolve("x/y")));
        assertFalse(Files.exists(at.resolve("k")));
    }

    @Test
    void aProjectedVolumeGathersTokensConfigMapsAndThePodItself() throws Exception {
        Path at =
                prepared("{'name':'v','projected':{'sources':[{'serviceAccountToken':{'path':'token','audience':'x'}},"
                        + "{'configMap':{'name':'there','items':[{'key':'k','path':'ca.crt'}]}},"
                        + "{'downwardAPI':{'items':[{'path':'ns','fieldRef':{'fieldPath':'metadata.namespace'}},"
                        + "{'path':'labels','fieldRef':{'fieldPath':'metadata.labels'}},"
                        + "{'path':'cpu','resourceFieldRef':{'containerName':'app','resource':'limits.cpu'}}]}}]}}");

        assertEquals("token for x", Files.readString(at.resolve("token")));
        assertEquals("text", Files.readString(at.resolve("ca.crt")));
        assertEquals("default", Files.readString(at.resolve("ns")));
        assertEquals("a=\"1\"\nb=\"2\"", Files.readString(at.resolve("labels")));
        assertEquals("2", Files.readString(at.resolve("cpu")));
    }

    @Test
    void whatIsMissingIsAFailedMountUnlessItIsOptional() throws Exception {
        UnresolvedException no =
                assertThrows(UnresolvedException.class, () -> prepared("{'name':'v','configMap':{'name':'absent'}}"));
        assertEquals("MountVolume.SetUp failed for volume \"v\" : configmap \"absent\" not found", no.getMessage());

        assertEquals(
                "MountVolume.SetUp failed for volume \"v\" : references non-existent secret key: absent",
                assertThrows(
                                UnresolvedException.class,
                                () -> prepared("{'name':'v','secret':{'secretName':'there',"
                                        + "'items':[{'key':'absent','path':'x'}]}}"))
                        .getMessage());
        assertEquals(
                "MountVolume.SetUp failed for volume \"v\" : configmap references non-existent config key: absent",
                assertThrows(
                                UnresolvedException.class,
                                () -> prepared("{'name':'v','projected':{'sources':[{'configMap':{'name':'there',"
                                        + "'items':[{'key':'absent','path':'x'}]}}]}}"))
                        .getMessage());

        Path at = prepared("{'name':'v','configMap':{'name':'absent','optional':true}}");
        assertTrue(Files.isDirectory(at));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "a\\u0000b", "../../x"})
    void aFileThatCannotBeIsAFailedMount(String path) throws Exception {
        UnresolvedException no = assertThrows(
                UnresolvedException.class,
                () -> prepared(
                        "{'name':'v','projected':{'sources':[{'serviceAccountToken':{'path':'" + path + "'}}]}}"));
        assertEquals(
                "MountVolume.SetUp failed for volume \"v\" : invalid path: %s: %s"
                        .formatted(
                                path.startsWith("..") ? "must not contain '..'" : "must name a file below the volume",
                                path.replace("\\u0000", "?")),
                no.getMessage());
        assertFalse(Files.exists(root.resolve("node/pods/u1/volumes")), "nothing is left");
    }

    @Test
    void anEmptyDirIsKeptAndOpenToAll() throws Exception {
        Path at = prepared("{'name':'v','emptyDir':{}}");
        Files.writeString(at.resolve("mine"), "x");

        prepared("{'name':'v','emptyDir':{}}");

        assertTrue(Files.exists(at.resolve("mine")));
        assertEquals(0777, (int) Files.getAttribute(at, "unix:mode") & 0777);
    }

    @Test
    void oneInMemoryIsTheEnginesAffair() throws Exception {
        JsonNode pod = pod("{'name':'v','emptyDir':{'medium':'Memory'}}");
        prepared("{'name':'v','emptyDir':{'medium':'Memory'}}");

        assertEquals(List.of("mem-u1-v"), inMemory);
        assertEquals("mem-u1-v", folders.mountSource(pod, "v", "", here()).place());
    }

    @Test
    void hostPathsAreCheckedByTheirType() throws Exception {
        Path file = Files.writeString(root.resolve("file"), "x");
        Path made = root.resolve("made");

        assertEquals(file, prepared("{'name':'v','hostPath':{'path':'" + file + "','type':'File'}}"));
        prepared("{'name':'v','hostPath':{'path':'" + made + "','type':'DirectoryOrCreate'}}");
        assertTrue(Files.isDirectory(made));
        UnresolvedException no = assertThrows(
                UnresolvedException.class,
                () -> prepared("{'name':'v','hostPath':{'path':'" + file + "','type':'Directory'}}"));
        assertTrue(String.valueOf(no.getMessage())
                .endsWith("hostPath type check failed: " + file + " is not a directory"));
    }

    @Test
    void aPodOrVolumeThatMarksItsPathAsTheNodesOwnIsCheckedLikeAnyOther() throws Exception {
        Path file = Files.writeString(root.resolve("file"), "x");
        String marked = "'hostPath':{'path':'" + file + "','type':'Directory','ownFolder':true}";
        claimed(marked, false, "Bound");

        assertThrows(UnresolvedException.class, () -> prepared("{'name':'v'," + marked + "}"));
        UnresolvedException refused = assertThrows(UnresolvedException.class, () -> prepared(CLAIM));

        assertTrue(message(refused).contains("is not a directory"), message(refused));
    }

    @Test
    void hostPathsThatAreMissingAreMadeAsTheirTypeSays() throws Exception {
        Path folder = root.resolve("a/b");
        Path file = root.resolve("c");

        prepared("{'name':'v','hostPath':{'path':'" + folder + "','type':''}}");
        prepared("{'name':'v','hostPath':{'path':'" + file + "','type':'FileOrCreate'}}");

        assertEquals(0755, (int) Files.getAttribute(folder, "unix:mode") & 0777);
        assertEquals(0644, (int) Files.getAttribute(file, "unix:mode") & 0777);
        for (String type : List.of("Socket", "CharDevice", "BlockDevice", "Directory", "DirectoryOrCreate")) {
            assertThrows(
                    UnresolvedException.class,
                    () -> prepared("{'name':'v','hostPath':{'path':'" + file + "','type':'" + type + "'}}"),
                    type);
        }
        assertThrows(
                UnresolvedException.class,
                () -> prepared("{'name':'v','hostPath':{'path':'" + root.resolve("none") + "','type':'File'}}"));
    }

    @Test
    void aHostPathFollowsTheMachinesLinksButNotTheFilesOfOtherProcesses() throws Exception {
        Path link = Files.createSymbolicLink(root.resolve("link"), Files.createDirectory(root.resolve("real")));

        assertEquals(
                root.toRealPath().resolve("real"),
                prepared("{'name':'v','hostPath':{'path':'" + link + "','type':'Directory'}}"));
        assertThrows(
                UnresolvedException.class, () -> prepared("{'name':'v','hostPath':{'path':'/proc/self/root/tmp'}}"));
    }

    @Test
    void aSubPathThatIsMissingIsMadeAsOpenAsItsVolume() throws Exception {
        Path at = prepared("{'name':'v','emptyDir':{}}");
        JsonNode pod = pod("{'name':'v','emptyDir':{}}");

        assertEquals(
                at.toRealPath().resolve("in/deeper").toString(),
                folders.mountSource(pod, "v", "in/deeper", here()).place());
        assertEquals(0777, (int) Files.getAttribute(at.resolve("in/deeper"), "unix:mode") & 0777);
    }

    private String inImage(String subPath) throws Exception {
        engine.archive(
                "sha256:1",
                SavedImages.of(new Layer()
                        .folder("etc", 0755)
                        .file("etc/name", "x")
                        .link("settings", "/etc")
                        .link("out", "../../../../..")
                        .link("proc", "/proc/self/root")));
        JsonNode pod = pod("{'name':'v','image':{'reference':'i'}}");
        folders.prepare(
                pod,
                new VolumeContents(pod, new Referred("default", key -> null), PLACE_OF_POD, (audience, seconds) -> ""),
                (name, bytes) -> {});
        try (ImageFolders.Hold hold = images.hold(Map.of("v", "sha256:1"))) {
            return folders.mountSource(pod, "v", subPath, new MountContext(PLACE, hold))
                    .place();
        }
    }

    @ParameterizedTest
    @CsvSource({"'',''", "etc,/etc", "settings,/etc", "out,''", "out/etc,/etc"})
    void aPathInAnImageIsThatOfItsOwnFiles(String subPath, String leadsTo) throws Exception {
        assertEquals(root.resolve("node/images/1") + leadsTo, inImage(subPath));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "etc/name", "proc", "etc/no"})
    void aPathThatIsNoDirectoryOfAnImageIsRefused(String subPath) {
        EngineException no = assertThrows(EngineException.class, () -> inImage(subPath));

        assertTrue(String.valueOf(no.getMessage()).startsWith("ImageVolumeMountFailed: subPath \"" + subPath));
        assertFalse(Files.exists(root.resolve("node/images/1/no")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "out", "out/made", "in/up/made", "dangling", "dangling/made", "a\u0000b", "/etc"})
    void aSubPathThatLeavesItsVolumeIsRefusedAndMakesNothing(String subPath) throws Exception {
        Path at = prepared("{'name':'v','emptyDir':{}}");
        JsonNode pod = pod("{'name':'v','emptyDir':{}}");
        Path outside = Files.createDirectory(root.resolve("outside"));
        Files.createDirectory(at.resolve("in"));
        Files.createSymbolicLink(at.resolve("out"), outside);
        Files.createSymbolicLink(at.resolve("in/up"), Path.of("../../../../../../../../outside"));
        Files.createSymbolicLink(at.resolve("dangling"), outside.resolve("new"));

        assertThrows(UnresolvedException.class, () -> folders.mountSource(pod, "v", subPath, here()));

        try (Stream<Path> made = Files.list(outside)) {
            assertEquals(List.of(), made.toList());
        }
    }

    @Test
    void aSubPathIsNeverOutsideWhileAContainerSwapsAFolderForALink() throws Exception {
        Path at = prepared("{'name':'v','emptyDir':{}}");
        JsonNode pod = pod("{'name':'v','emptyDir':{}}");
        Path outside = Files.createDirectory(root.resolve("outside"));
        Path spare = at.resolve("spare");
        Path link = at.resolve("link");
        Path swapped = Files.createDirectory(at.resolve("x"));
        Files.createSymbolicLink(link, outside);
        AtomicBoolean over = new AtomicBoolean();
        Thread swapper = Thread.ofPlatform().start(() -> {
            while (!over.get()) {
                move(swapped, spare);
                move(link, swapped);
                move(swapped, link);
                move(spare, swapped);
            }
        });
        int mounted = 0;
        try {
            for (int i = 0; i < 5_000; i++) {
                String place;
                try {
                    place = folders.mountSource(pod, "v", "x/below", here()).place();
                } catch (UnresolvedException e) {
                    continue;
                }
                mounted++;
                assertTrue(place.startsWith(at.toRealPath().toString()), place);
            }
        } finally {
            over.set(true);
            swapper.join();
        }
        assertTrue(mounted > 0);
        try (Stream<Path> made = Files.list(outside)) {
            assertEquals(List.of(), made.toList());
        }
    }

    /** The node may have made a folder of the name meanwhile: then the swap is off. */
    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            return;
        }
    }

    @Test
    void aSubPathOfAVolumeOfTheClusterFollowsTheNodesOwnLinks() throws Exception {
        prepared("{'name':'v','configMap':{'name':'there'}}");
        JsonNode pod = pod("{'name':'v','configMap':{'name':'there'}}");

        assertEquals(
                "text",
                Files.readString(
                        Path.of(folders.mountSource(pod, "v", "k", here()).place())));
    }

    @Test
    void aTerminationMessageIsReadOnlyFromARegularFile() throws Exception {
        Path words = folders.terminationMessage("u1", "app", 0);
        Files.writeString(words, "out of luck");
        assertEquals("luck", folders.readTerminationMessage("u1", "app", 0, 4));

        Files.delete(words);
        Files.createSymbolicLink(words, Path.of("/etc/hostname"));
        assertEquals("", folders.readTerminationMessage("u1", "app", 0, 100));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "emptyDir | {} | false",
                "hostPath | {'path':'/tmp'} | false",
                "configMap | {'name':'there'} | true",
                "secret | {'secretName':'there'} | true",
                "downwardAPI | {} | true",
                "projected | {} | true",
            })
    void whatTheClusterFillsIsReadOnly(String kind, String source, boolean readOnly) throws Exception {
        JsonNode pod = pod("{'name':'v','" + kind + "':" + source + "}");

        assertEquals(readOnly, folders.mountSource(pod, "v", "", here()).readOnly());
    }

    @Test
    void removingAPodFollowsNoLinks() throws Exception {
        Path at = prepared("{'name':'v','emptyDir':{}}");
        Path outside = Files.writeString(root.resolve("outside"), "x");
        Files.createSymbolicLink(at.resolve("out"), outside);

        folders.remove("u1");

        assertFalse(Files.exists(at));
        assertTrue(Files.exists(outside));
    }
}
