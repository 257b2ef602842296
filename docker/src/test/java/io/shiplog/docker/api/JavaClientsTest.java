package io.shiplog.docker.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElector;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import io.kubernetes.client.util.generic.KubernetesApiResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs do with the two clients that Java has for Kubernetes, unchanged: fabric8's and the official one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaClientsTest {
    private static final int PATIENCE_SECONDS = 20;

    private ClusterInMemory cluster;
    private KubernetesClient fabric8;
    private ApiClient official;

    @BeforeAll
    void setUp(@TempDir Path folder) throws IOException {
        cluster = new ClusterInMemory(folder);
        for (String namespace : List.of("shop", "informed", "elected", "applied", "paged")) {
            cluster.create("/api/v1/namespaces", "{'metadata':{'name':'%s'}}".formatted(namespace));
        }
        fabric8 = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(cluster.kubeconfig().toFile()))
                .build();
        try (var reader = Files.newBufferedReader(cluster.kubeconfig())) {
            official =
                    ClientBuilder.kubeconfig(KubeConfig.loadKubeConfig(reader)).build();
        }
    }

    @AfterAll
    void close() {
        fabric8.close();
        cluster.close();
    }

    private static ConfigMap map(String namespace, String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .addToLabels("app", "shop")
                .endMetadata()
                .addToData("tea", value)
                .build();
    }

    private static String next(BlockingQueue<String> from) throws InterruptedException {
        return String.valueOf(from.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
    }

    @Test
    void fabric8_writes_reads_and_deletes() {
        ConfigMap created = fabric8.resource(map("shop", "prices", "1")).create();
        ConfigMap edited = fabric8.configMaps()
                .inNamespace("shop")
                .withName("prices")
                .edit(every ->
                        new ConfigMapBuilder(every).addToData("milk", "2").build());

        assertNotEquals(
                created.getMetadata().getResourceVersion(), edited.getMetadata().getResourceVersion());
        assertEquals(
                Map.of("tea", "1", "milk", "2"),
                fabric8.configMaps()
                        .inNamespace("shop")
                        .withName("prices")
                        .get()
                        .getData());
        assertEquals(
                409,
                assertThrows(
                                KubernetesClientException.class,
                                () -> fabric8.resource(created)
                                        .lockResourceVersion()
                                        .update())
                        .getCode());
        assertEquals(
                List.of("prices"),
                fabric8.configMaps().inNamespace("shop").withLabel("app", "shop").list().getItems().stream()
                        .map(each -> each.getMetadata().getName())
                        .toList());
        assertEquals(
                1,
                fabric8.configMaps()
                        .inNamespace("shop")
                        .withName("prices")
                        .delete()
                        .size());
        fabric8.configMaps()
                .inNamespace("shop")
                .withName("prices")
                .waitUntilCondition(every -> every == null, PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void fabric8_is_informed_of_each_change() throws InterruptedException {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        fabric8.resource(map("informed", "before", "0")).create();
        try (SharedIndexInformer<ConfigMap> informer = fabric8.configMaps()
                .inNamespace("informed")
                .withLabel("app")
                .inform(new ResourceEventHandler<>() {
                    @Override
                    public void onAdd(ConfigMap map) {
                        seen.add("added " + map.getMetadata().getName());
                    }

                    @Override
                    public void onUpdate(ConfigMap old, ConfigMap map) {
                        seen.add("updated " + old.getData().get("tea") + " to "
                                + map.getData().get("tea"));
                    }

                    @Override
                    public void onDelete(ConfigMap map, boolean unknown) {
                        seen.add("deleted " + map.getMetadata().getName());
                    }
                })) {
            assertEquals("added before", next(seen));
            fabric8.resource(map("informed", "a", "1")).create();
            assertEquals("added a", next(seen));
            fabric8.resource(map("informed", "a", "2")).update();
            assertEquals("updated 1 to 2", next(seen));
            fabric8.resource(map("informed", "a", "2")).delete();
            assertEquals("deleted a", next(seen));
            assertTrue(informer.hasSynced() && informer.isWatching());
        }
    }

    @Test
    void fabric8_elects_a_leader_and_the_next_when_it_resigns() throws Exception {
        BlockingQueue<String> leaders = new LinkedBlockingQueue<>();
        LeaderElector first = elector("first", leaders);
        CompletableFuture<?> firstRun = first.start();
        assertEquals("first leads", next(leaders));
        CompletableFuture<?> secondRun = elector("second", leaders).start();

        firstRun.cancel(true);

        assertEquals("first stops", next(leaders));
        assertEquals("second leads", next(leaders));
        assertEquals(
                "second",
                fabric8.leases()
                        .inNamespace("elected")
                        .withName("lock")
                        .get()
                        .getSpec()
                        .getHolderIdentity());
        secondRun.cancel(true);
        assertEquals("second stops", next(leaders));
    }

    private LeaderElector elector(String name, BlockingQueue<String> leaders) {
        return new LeaderElector(
                fabric8,
                new LeaderElectionConfigBuilder()
                        .withName(name)
                        .withLock(new LeaseLock(
                                new ObjectMetaBuilder()
                                        .withName("lock")
                                        .withNamespace("elected")
                                        .build(),
                                name))
                        .withLeaseDuration(Duration.ofSeconds(3))
                        .withRenewDeadline(Duration.ofSeconds(2))
                        .withRetryPeriod(Duration.ofMillis(200))
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(new LeaderCallbacks(
                                () -> leaders.add(name + " leads"), () -> leaders.add(name + " stops"), every -> {}))
                        .build(),
                ForkJoinPool.commonPool());
    }

    @Test
    void fabric8_applies_on_the_server_scales_and_sees_the_rollout() throws Exception {
        cluster.join("node-a");
        String manifest = """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: applied}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers: [{name: web, image: nginx, resources: {requests: {cpu: 10m}}}]
                """;
        List<HasMetadata> applied = fabric8.load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
                .fieldManager("pipeline")
                .serverSideApply();
        fabric8.apps().deployments().inNamespace("applied").withName("web").scale(3);

        List<ManagedFieldsEntry> managers = applied.getFirst().getMetadata().getManagedFields();
        assertEquals("pipeline", managers.getFirst().getManager());
        assertEquals("Apply", managers.getFirst().getOperation());
        Deployment ready = fabric8.apps()
                .deployments()
                .inNamespace("applied")
                .withName("web")
                .waitUntilCondition(
                        every -> every != null
                                && Integer.valueOf(3).equals(every.getStatus().getReadyReplicas()),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
        assertEquals(3, ready.getStatus().getAvailableReplicas());
        // Scaled by another manager: the pipeline may not take the field back unless it insists.
        KubernetesClientException conflict = assertThrows(
                KubernetesClientException.class,
                () -> fabric8.load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
                        .fieldManager("pipeline")
                        .serverSideApply());
        assertEquals(409, conflict.getCode());
        String message = String.valueOf(conflict.getMessage());
        assertTrue(message.contains(".spec.replicas"), message);
        fabric8.load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8)))
                .fieldManager("pipeline")
                .forceConflicts()
                .serverSideApply();
    }

    @ParameterizedTest
    @ValueSource(strings = {"STRATEGIC_MERGE", "JSON_MERGE"})
    void fabric8_patches(String type) {
        String name = "patched-" + type.toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        fabric8.resource(map("shop", name, "1")).create();
        ConfigMap patched = fabric8.configMaps()
                .inNamespace("shop")
                .withName(name)
                .patch(PatchContext.of(PatchType.valueOf(type)), "{\"data\":{\"tea\":null,\"milk\":\"3\"}}");
        assertEquals(Map.of("milk", "3"), patched.getData());
        fabric8.resource(patched).delete();
    }

    @Test
    void fabric8_reads_a_long_list_in_pages() {
        for (int i = 0; i < 25; i++) {
            fabric8.resource(map("paged", "m" + i, "1")).create();
        }
        int pages = 0;
        int items = 0;
        String from = null;
        do {
            ConfigMapList page =
                    fabric8.configMaps().inNamespace("paged").withLabel("app").list(10, from);
            pages++;
            items += page.getItems().size();
            from = page.getMetadata().getContinue();
        } while (from != null && !from.isEmpty());
        assertEquals(3, pages);
        assertEquals(25, items);
    }

    @Test
    void the_official_client_writes_reads_and_is_refused_with_a_status() throws ApiException {
        CoreV1Api core = new CoreV1Api(official);
        V1ConfigMap made = core.createNamespacedConfigMap(
                        "shop",
                        new V1ConfigMap()
                                .metadata(new V1ObjectMeta().name("official"))
                                .putDataItem("tea", "1"))
                .execute();
        V1ConfigMap replaced = core.replaceNamespacedConfigMap("official", "shop", made.putDataItem("tea", "2"))
                .execute();
        ApiException conflict = assertThrows(
                ApiException.class,
                () -> core.replaceNamespacedConfigMap("official", "shop", made).execute());

        assertEquals("2", replaced.getData().get("tea"));
        assertEquals(409, conflict.getCode());
        assertTrue(conflict.getResponseBody().contains("\"reason\":\"Conflict\""), conflict::getResponseBody);
        core.deleteNamespacedConfigMap("official", "shop").execute();
        assertEquals(
                404,
                assertThrows(
                                ApiException.class,
                                () -> core.readNamespacedConfigMap("official", "shop")
                                        .execute())
                        .getCode());
    }

    @Test
    void the_official_generic_client_patches_of_each_type() throws ApiException {
        GenericKubernetesApi<V1ConfigMap, V1ConfigMapList> maps =
                new GenericKubernetesApi<>(V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", official);
        maps.create(new V1ConfigMap()
                        .metadata(new V1ObjectMeta().name("generic").namespace("shop"))
                        .putDataItem("tea", "1"))
                .onFailure((code, status) -> {
                    throw new AssertionError(status);
                });
        KubernetesApiResponse<V1ConfigMap> merged = maps.patch(
                "shop", "generic", V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, new V1Patch("{\"data\":{\"tea\":\"2\"}}"));
        KubernetesApiResponse<V1ConfigMap> stepped = maps.patch(
                "shop",
                "generic",
                V1Patch.PATCH_FORMAT_JSON_PATCH,
                new V1Patch(
                        "[{\"op\":\"test\",\"path\":\"/data/tea\",\"value\":\"2\"},{\"op\":\"add\",\"path\":\"/data/milk\",\"value\":\"1\"}]"));
        KubernetesApiResponse<V1ConfigMap> strategic = maps.patch(
                "shop",
                "generic",
                V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH,
                new V1Patch("{\"data\":{\"$patch\":\"replace\",\"only\":\"this\"}}"));

        assertEquals(Map.of("tea", "2"), merged.getObject().getData());
        assertEquals(Map.of("tea", "2", "milk", "1"), stepped.getObject().getData());
        assertEquals(Map.of("only", "this"), strategic.getObject().getData());
        assertTrue(maps.delete("shop", "generic").isSuccess());
        assertFalse(maps.delete("shop", "generic").isSuccess());
    }

    @Test
    void the_official_client_is_informed_of_each_change() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        CoreV1Api core = new CoreV1Api(official);
        SharedInformerFactory informers = new SharedInformerFactory(official);
        informers
                .sharedIndexInformerFor(
                        new GenericKubernetesApi<>(
                                V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", official),
                        V1ConfigMap.class,
                        0,
                        "default")
                .addEventHandler(new io.kubernetes.client.informer.ResourceEventHandler<>() {
                    private void say(String what, V1ConfigMap map) {
                        if (map.getMetadata().getName().startsWith("seen")) {
                            seen.add(what + " " + map.getData());
                        }
                    }

                    @Override
                    public void onAdd(V1ConfigMap map) {
                        say("added", map);
                    }

                    @Override
                    public void onUpdate(V1ConfigMap old, V1ConfigMap map) {
                        say("updated", map);
                    }

                    @Override
                    public void onDelete(V1ConfigMap map, boolean unknown) {
                        say("deleted", map);
                    }
                });
        informers.startAllRegisteredInformers();
        V1ConfigMap map = core.createNamespacedConfigMap(
                        "default",
                        new V1ConfigMap()
                                .metadata(new V1ObjectMeta().name("seen"))
                                .putDataItem("tea", "1"))
                .execute();
        assertEquals("added {tea=1}", next(seen));
        core.replaceNamespacedConfigMap("seen", "default", map.putDataItem("tea", "2"))
                .execute();
        assertEquals("updated {tea=2}", next(seen));
        core.deleteNamespacedConfigMap("seen", "default").execute();
        assertEquals("deleted {tea=2}", next(seen));
        informers.stopAllRegisteredInformers();
    }
}
