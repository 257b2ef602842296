package io.shiplog.docker.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.KindCatalogue;
import io.shiplog.events.kind.KindDescription;
import io.shiplog.events.kind.RandomObjects;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import io.shiplog.events.kind.Scope;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Random requests: every kind and verb, with content types, bodies, selectors and patches that are right, nearly right, or nonsense.
 * The same seed gives the same requests.
 */
final class RandomRequests {
    static final String NAMESPACE = "fuzz";

    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final List<String> ODD_NAMES =
            List.of("default", "..", "%2e%2e", "a%2Fb", "A", "%00", "%ff", "a%20b", "x".repeat(300), "%F0%9F%90%B3");
    private static final List<String> SUBRESOURCES = List.of(
            "status",
            "scale",
            "log",
            "eviction",
            "binding",
            "token",
            "finalize",
            "approval",
            "resize",
            "exec",
            "absent");
    private static final List<String> PARAMETERS = List.of(
            "labelSelector",
            "fieldSelector",
            "resourceVersion",
            "resourceVersionMatch",
            "limit",
            "continue",
            "watch",
            "allowWatchBookmarks",
            "sendInitialEvents",
            "timeoutSeconds",
            "fieldManager",
            "force",
            "fieldValidation",
            "dryRun",
            "gracePeriodSeconds",
            "propagationPolicy",
            "orphanDependents",
            "from",
            "to",
            "shard",
            "order",
            "tailLines",
            "pretty",
            "absent");
    private static final List<String> VALUES = List.of(
            "",
            "0",
            "1",
            "-1",
            "true",
            "false",
            "All",
            "Strict",
            "Ignore",
            "Exact",
            "NotOlderThan",
            "Foreground",
            "Orphan",
            "99999999999999999999",
            "abc",
            "a%3Db",
            "a%20in%20(b,c)",
            "a%20in%20(",
            "!a",
            "metadata.name%3Da",
            "spec.nodeName%3D",
            "a%3D%3D%3Db",
            "%00",
            "%ZZ",
            "%E2%80%AE",
            "2026-01-01",
            "now",
            "-9223372036854775808",
            "9".repeat(500),
            "a.".repeat(1_000),
            "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhXHUwMDAwIn0");
    private static final List<String> MEDIA_TYPES = List.of(
            "application/json",
            "application/yaml",
            "application/vnd.kubernetes.protobuf",
            "application/json;as=Table;v=v1;g=meta.k8s.io",
            "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io",
            "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
            "application/json;as=Absent;v=v9;g=x",
            "application/apply-patch+yaml",
            "application/merge-patch+json",
            "application/json-patch+json",
            "application/strategic-merge-patch+json",
            "text/plain",
            "*/*",
            ";",
            "application/json; charset=\"");
    /** Objects without fault, to start from. */
    private static final Map<String, String> GOOD = Map.ofEntries(
            Map.entry("ConfigMap", "{'data':{'a':'1'},'binaryData':{'b':'eA=='}}"),
            Map.entry("Secret", "{'type':'Opaque','data':{'a':'eA=='}}"),
            Map.entry("Pod", "{'spec':{'containers':[{'name':'a','image':'busybox'}]}}"),
            Map.entry("ReplicationController", "{'spec':{'selector':{'a':'b'},'template':TEMPLATE}}"),
            Map.entry("ReplicaSet", "{'spec':{'selector':{'matchLabels':{'a':'b'}},'template':TEMPLATE}}"),
            Map.entry(
                    "Deployment",
                    "{'spec':{'replicas':2,'selector':{'matchLabels':{'a':'b'}},'template':TEMPLATE,'strategy':{'type':'RollingUpdate'}}}"),
            Map.entry("DaemonSet", "{'spec':{'selector':{'matchLabels':{'a':'b'}},'template':TEMPLATE}}"),
            Map.entry(
                    "StatefulSet",
                    "{'spec':{'serviceName':'a','selector':{'matchLabels':{'a':'b'}},'template':TEMPLATE}}"),
            Map.entry(
                    "Job",
                    "{'spec':{'template':{'spec':{'restartPolicy':'Never','containers':[{'name':'a','image':'b'}]}}}}"),
            Map.entry(
                    "CronJob",
                    "{'spec':{'schedule':'* * * * *','jobTemplate':{'spec':{'template':{'spec':{'restartPolicy':'Never','containers':[{'name':'a','image':'b'}]}}}}}}"),
            Map.entry("Service", "{'spec':{'ports':[{'port':80,'targetPort':'http'}],'selector':{'a':'b'}}}"),
            Map.entry("Ingress", "{'spec':{'defaultBackend':{'service':{'name':'a','port':{'number':80}}}}}"),
            Map.entry("NetworkPolicy", "{'spec':{'podSelector':{},'policyTypes':['Ingress']}}"),
            Map.entry(
                    "PersistentVolumeClaim",
                    "{'spec':{'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}"),
            Map.entry(
                    "PersistentVolume",
                    "{'spec':{'accessModes':['ReadWriteOnce'],'capacity':{'storage':'1Gi'},'hostPath':{'path':'/tmp'}}}"),
            Map.entry("StorageClass", "{'provisioner':'example.com/a'}"),
            Map.entry("Role", "{'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]}"),
            Map.entry("ClusterRole", "{'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]}"),
            Map.entry(
                    "RoleBinding",
                    "{'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole','name':'view'},'subjects':[{'kind':'User','name':'a','apiGroup':'rbac.authorization.k8s.io'}]}"),
            Map.entry("PodDisruptionBudget", "{'spec':{'minAvailable':1,'selector':{'matchLabels':{'a':'b'}}}}"),
            Map.entry(
                    "HorizontalPodAutoscaler",
                    "{'spec':{'maxReplicas':3,'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'a'}}}"),
            Map.entry("Lease", "{'spec':{'holderIdentity':'a','leaseDurationSeconds':10}}"),
            Map.entry("PriorityClass", "{'value':10}"),
            Map.entry("RuntimeClass", "{'handler':'runc'}"),
            Map.entry("LimitRange", "{'spec':{'limits':[{'type':'Container','max':{'cpu':'2'}}]}}"),
            Map.entry("ResourceQuota", "{'spec':{'hard':{'pods':'50','configmaps':'50'}}}"),
            Map.entry("Endpoints", "{'subsets':[{'addresses':[{'ip':'10.0.0.9'}],'ports':[{'port':80}]}]}"),
            Map.entry(
                    "EndpointSlice",
                    "{'addressType':'IPv4','endpoints':[{'addresses':['10.0.0.9']}],'ports':[{'port':80}]}"),
            Map.entry("PodTemplate", "{'template':TEMPLATE}"));

    private static final String TEMPLATE =
            "{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[{'name':'a','image':'busybox'}]}}";

    private static final List<String> OTHER_PATHS = List.of(
            "/",
            "/api",
            "/apis",
            "/apis/apps",
            "/apis/apps/v1",
            "/apis/apps/v9",
            "/apis/absent.example.com/v1",
            "/openapi/v2",
            "/openapi/v3",
            "/openapi/v3/apis/apps/v1",
            "/version",
            "/healthz",
            "/livez?verbose",
            "/readyz/absent",
            "/metrics",
            "/logs",
            "/api/v1/watch/namespaces/fuzz/pods?timeoutSeconds=1",
            "/apis/history.shiplog.io/v1/changes?limit=2",
            "/apis/history.shiplog.io/v1/namespaces/fuzz/changes/1",
            "/apis/history.shiplog.io/v1/namespaces/fuzz/causes",
            "/apis/history.shiplog.io/v1/searches",
            "/console/x",
            "//api//v1",
            "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
            "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
            "/apis/authentication.k8s.io/v1/tokenreviews");

    private static final List<String> BODIES = List.of(
            "[]",
            "null",
            "1",
            "{\"metadata\":null}",
            "{\"metadata\":{\"name\":1}}",
            "[".repeat(5_000),
            "{\"a\":".repeat(5_000),
            "k8s\0",
            "a: &a [*a]",
            "- - - -",
            "\u00ff\u00fe",
            "{\"spec\":{\"object\":1}}");

    private final Random random;
    private final RandomObjects objects;
    private final List<KindDescription> kinds;
    private final List<KindDescription> good;

    /** A request as it goes over the wire. */
    record Request(String method, String target, List<String> headers, byte[] body) {
        byte[] bytes(String token) {
            StringBuilder head = new StringBuilder();
            head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
            head.append("Authorization: Bearer ").append(token).append("\r\n");
            headers.forEach(header -> head.append(header).append("\r\n"));
            head.append("Connection: close\r\nContent-Length: ")
                    .append(body.length)
                    .append("\r\n\r\n");
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            all.writeBytes(body);
            return all.toByteArray();
        }

        /** Whether the answer may have no end. */
        boolean streams() {
            return method.equals("GET") && (target.contains("watch") || target.contains("follow"));
        }

        @Override
        public String toString() {
            return "%s %s %s%n%s".formatted(method, target, headers, new String(body, StandardCharsets.UTF_8));
        }
    }

    RandomRequests(Random random, KindCatalogue catalogue) {
        this.random = random;
        this.objects = new RandomObjects(random);
        this.kinds = catalogue.all().stream()
                .sorted(Comparator.comparing(KindDescription::type))
                .toList();
        this.good = kinds.stream().filter(kind -> GOOD.containsKey(kind.kind())).toList();
    }

    Request next() {
        KindDescription kind = random.nextInt(3) == 0 ? one(kinds) : one(good);
        if (random.nextInt(20) == 0) {
            String method = method(random.nextBoolean());
            return new Request(method, mutated(OTHER_PATHS), headers(method), body(kind, method));
        }
        boolean named = random.nextBoolean();
        String method = method(named);
        return new Request(method, path(kind, named) + query(), headers(method), body(kind, method));
    }

    /** One that fits an object or a collection, mostly. */
    private String method(boolean named) {
        int n = random.nextInt(100);
        if (n < 15) {
            return "GET";
        }
        if (n < 20) {
            return "DELETE";
        }
        if (n < 85) {
            return named ? one(List.of("PATCH", "PATCH", "PUT")) : "POST";
        }
        return one(List.of("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW"));
    }

    private String path(KindDescription kind, boolean named) {
        String version = random.nextInt(50) == 0 ? "v9" : one(kind.versions()).name();
        StringBuilder path =
                new StringBuilder(kind.group().isEmpty() ? "/api/" + version : "/apis/" + kind.group() + "/" + version);
        if (random.nextInt(40) == 0) {
            path.insert(0, "/at/" + one(List.of("1", "5", "99999999", "abc", "10m%20ago", "-5m", "")));
        }
        if (kind.scope() == Scope.NAMESPACED && random.nextInt(20) != 0) {
            path.append("/namespaces/").append(random.nextInt(20) == 0 ? one(ODD_NAMES) : NAMESPACE);
        }
        path.append('/').append(kind.plural());
        if (named) {
            path.append('/').append(random.nextInt(25) == 0 ? one(ODD_NAMES) : one(NAMES));
            if (random.nextInt(4) == 0) {
                path.append('/').append(one(SUBRESOURCES));
            }
        }
        return path.toString();
    }

    private String query() {
        StringBuilder query = new StringBuilder();
        for (int i = random.nextInt(3) == 0 ? random.nextInt(3) : 0; i > 0; i--) {
            query.append(query.isEmpty() ? '?' : '&')
                    .append(one(PARAMETERS))
                    .append('=')
                    .append(one(VALUES));
        }
        return query.toString();
    }

    private List<String> headers(String method) {
        List<String> headers = new ArrayList<>();
        if (random.nextInt(10) == 0) {
            headers.add("Accept: " + one(MEDIA_TYPES));
        }
        if (random.nextInt(10) == 0) {
            headers.add("Accept-Encoding: " + one(List.of("gzip", "br", "gzip;q=0", "*")));
        }
        if (random.nextInt(30) == 0) {
            headers.add("Content-Encoding: " + one(List.of("gzip", "identity", "absent")));
        }
        if (random.nextInt(30) == 0) {
            headers.add("Impersonate-User: " + one(List.of("bob", "", "system:serviceaccount:a", "\u00e9")));
        }
        if (method.equals("PATCH") && random.nextInt(10) != 0) {
            headers.add("Content-Type: " + one(MEDIA_TYPES.subList(7, 11)));
        } else if (random.nextInt(15) == 0) {
            headers.add("Content-Type: " + one(MEDIA_TYPES));
        } else {
            headers.add("Content-Type: application/json");
        }
        return headers;
    }

    private byte[] body(KindDescription kind, String method) {
        if (random.nextInt(20) == 0) {
            return one(BODIES).getBytes(StandardCharsets.ISO_8859_1);
        }
        if (method.equals("GET") && random.nextInt(10) != 0 || random.nextInt(30) == 0) {
            return new byte[0];
        }
        JsonNode tree = switch (random.nextInt(method.equals("PATCH") ? 6 : 30)) {
            case 0 -> patch();
            case 1 -> directives(object(kind));
            case 2 ->
                Json.of("{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"preconditions\":{\"uid\":\"x\"}}")
                        .tree();
            default -> object(kind);
        };
        byte[] bytes = tree.toString().getBytes(StandardCharsets.UTF_8);
        return random.nextInt(8) == 0 ? broken(bytes) : bytes;
    }

    private ObjectNode object(KindDescription kind) {
        ObjectNode object = content(kind);
        if (random.nextInt(10) != 0) {
            object.put("kind", kind.kind());
            object.put("apiVersion", kind.apiVersion());
        }
        if (random.nextInt(10) != 0) {
            ObjectNode metadata = object.putObject("metadata").put("name", one(NAMES));
            if (random.nextInt(8) == 0) {
                metadata.putArray("finalizers").add("example.com/" + one(NAMES));
            }
            if (random.nextInt(8) == 0) {
                metadata.put("resourceVersion", one(List.of("1", "0", "abc", "99999999")));
            }
            if (random.nextInt(8) == 0) {
                metadata.putArray("ownerReferences")
                        .addObject()
                        .put("apiVersion", "v1")
                        .put("kind", "ConfigMap")
                        .put("name", one(NAMES))
                        .put("uid", one(NAMES));
            }
        }
        return object;
    }

    /** Without fault, without fault but for one part, or anything that the schema allows. */
    private ObjectNode content(KindDescription kind) {
        Schema.Struct schema = Schemas.builtIn().of(kind);
        ObjectNode any = schema == null ? JsonNodeFactory.instance.objectNode() : objects.object(schema);
        String good = GOOD.get(kind.kind());
        if (good == null || random.nextInt(5) == 0) {
            return any;
        }
        ObjectNode object = (ObjectNode)
                Json.of(good.replace("TEMPLATE", TEMPLATE).replace('\'', '"')).tree();
        if (random.nextBoolean()) {
            graft(any, object);
        }
        return object;
    }

    /** Puts one part of an object into another at the same place. */
    private void graft(JsonNode from, JsonNode onto) {
        if (from instanceof ObjectNode source && onto instanceof ObjectNode target && !source.isEmpty()) {
            List<String> names = new ArrayList<>();
            source.fieldNames().forEachRemaining(names::add);
            String name = one(names);
            if (random.nextInt(3) != 0 && target.path(name).isContainerNode()) {
                graft(source.path(name), target.path(name));
            } else {
                target.set(name, source.path(name));
            }
        } else if (from instanceof ArrayNode source && onto instanceof ArrayNode target && !source.isEmpty()) {
            if (target.isEmpty() || random.nextInt(4) == 0) {
                target.add(source.get(0));
            } else {
                graft(source.get(0), target.get(0));
            }
        }
    }

    private ArrayNode patch() {
        ArrayNode patch = JsonNodeFactory.instance.arrayNode();
        for (int i = random.nextInt(4); i >= 0; i--) {
            ObjectNode step = patch.addObject()
                    .put("op", one(List.of("add", "remove", "replace", "move", "copy", "test", "absent")))
                    .put(
                            "path",
                            one(List.of("", "/", "/metadata", "/metadata/labels/a", "/data/x", "/spec/-", "/~2", "a")));
            if (random.nextBoolean()) {
                step.put("from", one(List.of("", "/metadata", "/data", "/absent/0")));
            }
            if (random.nextBoolean()) {
                step.set(
                        "value",
                        Json.of(one(List.of("null", "1", "\"x\"", "{}", "[[]]")))
                                .tree());
            }
        }
        return patch;
    }

    /** The words of a strategic merge patch, somewhere. */
    private ObjectNode directives(ObjectNode object) {
        List<ObjectNode> all = new ArrayList<>();
        collect(object, all);
        ObjectNode there = one(all);
        switch (random.nextInt(4)) {
            case 0 -> there.put("$patch", one(List.of("delete", "replace", "merge", "absent")));
            case 1 -> there.putArray("$retainKeys").add("a").add(1);
            case 2 -> there.putArray("$setElementOrder/containers").addObject().put("name", "a");
            default -> there.putArray("$deleteFromPrimitiveList/finalizers").add("a");
        }
        return object;
    }

    private static void collect(JsonNode node, List<ObjectNode> into) {
        if (node instanceof ObjectNode object) {
            into.add(object);
        }
        node.forEach(each -> collect(each, into));
    }

    private byte[] broken(byte[] bytes) {
        byte[] broken = bytes.clone();
        switch (random.nextInt(4)) {
            case 0 -> {
                for (int i = random.nextInt(5); i >= 0; i--) {
                    broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
                }
            }
            case 1 -> broken = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 2 ->
                broken = ("k8s\0" + new String(bytes, StandardCharsets.ISO_8859_1))
                        .getBytes(StandardCharsets.ISO_8859_1);
            default ->
                broken = new String(bytes, StandardCharsets.UTF_8)
                        .replaceFirst(":", one(List.of(":{\"a\":", ":null,\"b\":", "::", ":1e999999,\"c\":")))
                        .getBytes(StandardCharsets.UTF_8);
        }
        return broken;
    }

    private String mutated(List<String> paths) {
        String path = one(paths);
        return random.nextInt(5) == 0 ? path + one(List.of("/", "//", "/../..", "%", "?%", "?a=b&&", "#x")) : path;
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
