package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** NetworkPolicies with kubectl and containers: a web server in one namespace, clients in two. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkPolicyIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PAGE = "hello from web";
    private static final String REFUSED = "refused";
    private static final String BALANCERS = "198.18.53.0/28";

    private static final String PODS = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop, labels: {team: shop}}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: away, labels: {team: away}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: shop}
            spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: web, namespace: shop, labels: {app: web}}
            spec:
              terminationGracePeriodSeconds: 0
              containers:
              - name: c
                image: busybox
                imagePullPolicy: IfNotPresent
                command: [sh, -c, "mkdir /w && echo hello from web > /w/index.html && httpd -f -p 8080 -h /w"]
                ports: [{name: http, containerPort: 8080}]
                readinessProbe: {httpGet: {port: http}, periodSeconds: 1}
            ---
            """ + client("shop", "near") + "---\n" + client("away", "far");

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("policies", 17853, "10.251.0.0/16", "10.135.0.0/16"), 2);

    private static String client(String namespace, String name) {
        return """
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, namespace: %2$s, labels: {app: %1$s}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers: [{name: c, image: busybox, imagePullPolicy: IfNotPresent, command: [sleep, "3600"]}]
                """.formatted(name, namespace);
    }

    @BeforeAll
    void up() {
        cluster.up("--load-balancer-range", BALANCERS);
        cluster.apply(PODS);
        for (String pod : new String[] {"shop/web", "shop/near", "away/far"}) {
            String[] parts = pod.split("/");
            cluster.kubectl("-n", parts[0], "wait", "--for=condition=Ready", "pod/" + parts[1], "--timeout=90s");
        }
        await("shop", "near", PAGE);
        await("away", "far", PAGE);
    }

    @AfterAll
    void down() {
        cluster.close();
        String tables = cluster.host("nft", "list", "tables").orFail();
        assertFalse(tables.contains("policies"), tables);
    }

    @AfterEach
    void open() {
        cluster.kubectl("-n", "shop", "delete", "networkpolicy", "--all");
        await("shop", "near", PAGE);
    }

    /** What a pod gets from the web server. */
    private String get(String namespace, String pod, String url) {
        Shell.Result result =
                cluster.tryKubectl("-n", namespace, "exec", pod, "--", "timeout", "3", "wget", "-q", "-O", "-", url);
        return result.exitCode() == 0 ? result.out().strip() : REFUSED;
    }

    private void await(String namespace, String pod, String expected) {
        cluster.await(
                pod + " gets " + expected,
                SOON,
                () -> get(namespace, pod, "http://web.shop.svc.cluster.local/"),
                expected::equals);
    }

    private void policy(String name, String spec) {
        cluster.apply("""
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: %s, namespace: shop}
                spec: %s
                """.formatted(name, spec));
    }

    private String address(String namespace, String pod) {
        return cluster.kubectl("-n", namespace, "get", "pod", pod, "-o", "jsonpath={.status.podIP}");
    }

    @Test
    void aDefaultDenyAndWhatIsAllowedAgain() {
        policy("deny", "{podSelector: {}, policyTypes: [Ingress]}");
        await("shop", "near", REFUSED);
        assertEquals(REFUSED, get("away", "far", "http://" + address("shop", "web") + ":8080/"));

        policy(
                "labels",
                "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{podSelector: {matchLabels: {app: near}}}]}]}");
        await("shop", "near", PAGE);
        await("away", "far", REFUSED);

        policy(
                "namespace",
                "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: away}}}],"
                        + " ports: [{port: http}]}]}");
        await("away", "far", PAGE);

        cluster.kubectl("label", "namespace", "away", "team=other", "--overwrite");
        await("away", "far", REFUSED);
        cluster.kubectl("label", "namespace", "away", "team=away", "--overwrite");
        await("away", "far", PAGE);
        assertEquals(
                "true",
                cluster.kubectl(
                        "-n", "shop", "get", "pod", "web", "-o", "jsonpath={.status.containerStatuses[0].ready}"),
                "the node's probe is never refused");
    }

    @Test
    void aBlockWithAnException() {
        policy(
                "block",
                "{podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 10.251.0.0/16, except: [%s/32]}}]}]}"
                        .formatted(address("away", "far")));

        await("away", "far", REFUSED);
        await("shop", "near", PAGE);
    }

    @Test
    void egressNeedsTheNameServerToo() {
        policy("deny", "{podSelector: {matchLabels: {app: near}}, policyTypes: [Egress]}");
        await("shop", "near", REFUSED);

        policy(
                "web",
                "{podSelector: {matchLabels: {app: near}}, policyTypes: [Egress], egress: [{to: [{podSelector: {matchLabels: {app: web}}}]}]}");
        cluster.await(
                "near gets the page by address",
                SOON,
                () -> get("shop", "near", "http://" + address("shop", "web") + ":8080/"),
                PAGE::equals);
        assertEquals(REFUSED, get("shop", "near", "http://web.shop.svc.cluster.local/"), "no name");

        policy(
                "names",
                "{podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name:"
                        + " kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}], ports: [{protocol: UDP, port: 53}]}]}");
        await("shop", "near", PAGE);
    }

    @Test
    void aKilledProcessOpensNothing() {
        policy("deny", "{podSelector: {}, policyTypes: [Ingress]}");
        await("away", "far", REFUSED);
        String far = cluster.kubectl(
                "-n", "away", "get", "pod", "far", "-o", "jsonpath={.status.containerStatuses[0].containerID}");
        String web = address("shop", "web");

        cluster.host("kill", "-9", Long.toString(cluster.pid())).orFail();

        Shell.Result meanwhile = cluster.host(
                "docker",
                "exec",
                far.replace("docker://", ""),
                "timeout",
                "3",
                "wget",
                "-q",
                "-O",
                "-",
                "http://" + web + ":8080/");
        assertTrue(meanwhile.exitCode() != 0, meanwhile.out());
        cluster.up();
        await("away", "far", REFUSED);
    }

    @Test
    void aLoadBalancerHasAnAddressOfTheRangeAHealthCheckAndSourceRanges() {
        cluster.apply(balanced("127.0.0.0/8, 10.251.0.0/16, " + BALANCERS));
        String page = cluster.await(
                "the page at the load balancer's address",
                SOON,
                () -> cluster.host("curl", "-s", "--max-time", "3", "http://198.18.53.7/")
                        .out()
                        .strip(),
                PAGE::equals);
        assertEquals(PAGE, page);
        assertEquals(PAGE, get("away", "far", "http://198.18.53.7/"));
        String port =
                cluster.kubectl("-n", "shop", "get", "service", "front", "-o", "jsonpath={.spec.healthCheckNodePort}");
        String health = cluster.host("curl", "-s", "-w", "%{http_code}", "http://127.0.0.1:" + port)
                .orFail();
        assertTrue(health.contains("\"localEndpoints\": 1") && health.endsWith("200"), health);
        assertEquals(
                "web",
                cluster.kubectl(
                        "-n",
                        "shop",
                        "get",
                        "endpointslices",
                        "-l",
                        "kubernetes.io/service-name=front",
                        "-o",
                        "jsonpath={.items[0].endpoints[0].targetRef.name}"));

        cluster.apply(balanced("192.0.2.0/24"));
        cluster.await("no answer for others", SOON, () -> get("away", "far", "http://198.18.53.7/"), REFUSED::equals);

        cluster.kubectl(
                "-n",
                "shop",
                "patch",
                "service",
                "front",
                "--type=merge",
                "-p",
                "{\"spec\":{\"type\":\"ExternalName\",\"externalName\":\"web.shop.svc.cluster.local\",\"loadBalancerSourceRanges\":null,\"loadBalancerIP\":null}}");
        cluster.await(
                "the address is given back",
                SOON,
                () -> cluster.host("ip", "addr").orFail(),
                shown -> !shown.contains("198.18.53.7"));
        cluster.kubectl("-n", "shop", "delete", "service", "front");
    }

    private static String balanced(String sources) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: front, namespace: shop}
                spec:
                  type: LoadBalancer
                  loadBalancerIP: 198.18.53.7
                  externalTrafficPolicy: Local
                  trafficDistribution: PreferSameNode
                  sessionAffinity: ClientIP
                  loadBalancerSourceRanges: [%s]
                  selector: {app: web}
                  ports: [{port: 80, targetPort: http}]
                """.formatted(sources);
    }
}
