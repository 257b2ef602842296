package io.shiplog.docker.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.shiplog.docker.home.ClusterSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Requests of real kubectl through the proxy to real containers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyIT {
    private static final String POD = "/api/v1/namespaces/p/pods/web";
    private static final String SERVICE = "/api/v1/namespaces/p/services/web";

    private final ClusterUnderTest cluster =
            new ClusterUnderTest(new ClusterSettings("proxy", 18543, "10.235.0.0/16", "10.159.0.0/16"), 1);

    @BeforeAll
    void up() {
        cluster.up();
        Kubectl.inNewNamespace(cluster, "p");
        cluster.apply("""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: p, labels: {app: web}}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: app
                    image: busybox:1.36
                    ports: [{name: http, containerPort: 8080}]
                    command:
                    - sh
                    - -c
                    - |
                      mkdir -p /www/cgi-bin /www/folder
                      echo '<a href="/there">x</a>' > /www/index.html
                      printf '#!/bin/sh\\necho "Content-Type: text/plain"\\necho\\necho "$REQUEST_METHOD $QUERY_STRING auth=$HTTP_AUTHORIZATION"\\ncat\\n' > /www/cgi-bin/echo
                      chmod +x /www/cgi-bin/echo
                      dd if=/dev/urandom of=/www/big bs=1M count=32 2>/dev/null
                      printf '#!/bin/sh\\nwhile read l && [ "$l" != "$(printf "\\\\r")" ]; do :; done\\nprintf "HTTP/1.1 101 Switching\\\\r\\\\nConnection: Upgrade\\\\r\\\\nUpgrade: echo\\\\r\\\\n\\\\r\\\\n"\\nread l; echo "got $l"\\n' > /up
                      chmod +x /up
                      (while :; do nc -l -p 9000 -e /up; done) &
                      httpd -f -p 8080 -h /www
                    readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: p}
                spec:
                  selector: {app: web}
                  ports: [{name: main, port: 80, targetPort: http}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: idle, namespace: p}
                spec:
                  selector: {app: none}
                  ports: [{port: 80}]
                """);
        cluster.kubectl("wait", "-n", "p", "--for=condition=Ready", "pod/web", "--timeout=90s");
    }

    @AfterAll
    void down() {
        cluster.close();
    }

    @Test
    void aPodAndAServiceAnswerThroughTheProxy() {
        assertEquals("<a href=\"" + POD + "/proxy/there\">x</a>\n", cluster.kubectl("get", "--raw", POD + "/proxy/"));
        assertEquals(
                "<a href=\"" + SERVICE + ":main/proxy/there\">x</a>\n",
                cluster.kubectl("get", "--raw", SERVICE + ":main/proxy/"));
        assertEquals(
                "<a href=\"" + SERVICE + ":80/proxy/there\">x</a>\n",
                cluster.kubectl("get", "--raw", SERVICE + ":80/proxy/"));
        assertEquals("GET a=b auth=\n", cluster.kubectl("get", "--raw", SERVICE + ":80/proxy/cgi-bin/echo?a=b"));
    }

    @Test
    void aBodyGoesThereAndALargeOneComesBack() {
        // With a length: busybox' server knows no chunks.
        Shell.Result given = cluster.host(
                "curl",
                "-sSk",
                "-H",
                "Authorization: Bearer " + cluster.adminToken(),
                "-d",
                "hello",
                cluster.server() + POD + ":8080/proxy/cgi-bin/echo");
        assertEquals("POST  auth=\nhello", given.out(), given::toString);
        String there = cluster.kubectl("exec", "-n", "p", "web", "--", "sha256sum", "/www/big");
        Shell.Result back = cluster.host(
                "bash",
                "-c",
                "kubectl --kubeconfig %s get --raw %s/proxy/big | sha256sum"
                        .formatted(cluster.home().resolve("kubeconfig"), POD));
        assertEquals(there.split(" ")[0], back.out().split(" ")[0]);
    }

    @Test
    void kubectlProxyRedirectsAndUpgrades() {
        Shell.Result result =
                cluster.host("bash", "-c", """
                kubectl --kubeconfig %s proxy --port 18544 >/dev/null & P=$!
                trap "kill $P" EXIT
                for i in $(seq 100); do curl -sf http://127.0.0.1:18544/version >/dev/null && break; done
                curl -s -o /dev/null -w '%%{http_code} %%{redirect_url}\\n' http://127.0.0.1:18544%s/proxy
                curl -s http://127.0.0.1:18544%s/proxy/
                exec 3<>/dev/tcp/127.0.0.1/18544
                printf 'GET %s:9000/proxy/ HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: Upgrade\\r\\nUpgrade: echo\\r\\n\\r\\n' >&3
                while read -t 20 -r line <&3 && [ "$line" != $'\\r' ]; do echo "$line"; done
                echo word >&3
                timeout 20 cat <&3 | tr -d '\\r'
                """.formatted(cluster.home().resolve("kubeconfig"), POD, POD, POD));

        assertTrue(result.out().contains("301 "), result::toString);
        assertTrue(result.out().contains(POD + "/proxy/there"), result::toString);
        assertTrue(result.out().contains("got word"), result::toString);
        String log = cluster.shiplog("log", "--what", "stream-opened", "-n", "p", "pod/web")
                .out();
        assertTrue(log.contains("proxy"), log);
    }

    @Test
    void whatIsNotThereIsExplained() {
        assertRefused("connect: connection refused", POD + ":1/proxy/");
        assertRefused("no endpoints available for service \"idle\"", "/api/v1/namespaces/p/services/idle:80/proxy/");
        assertRefused("pods \"none\" not found", "/api/v1/namespaces/p/pods/none/proxy/");
    }

    /** A status may name any address; the node knows better. */
    @Test
    void aPodThatClaimsAnotherAddressIsNotThatAddress() {
        for (String address : new String[] {"127.0.0.1", "169.254.169.254"}) {
            cluster.apply("""
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: liar, namespace: p}
                    spec: {nodeName: nowhere, containers: [{name: app, image: "busybox:1.36"}]}
                    """);
            cluster.kubectl(
                    "patch",
                    "-n",
                    "p",
                    "pod/liar",
                    "--subresource=status",
                    "-p",
                    "{\"status\":{\"podIP\":\"%s\",\"podIPs\":[{\"ip\":\"%s\"}]}}".formatted(address, address));
            assertRefused("", "/api/v1/namespaces/p/pods/liar:22/proxy/");
            cluster.kubectl("delete", "-n", "p", "pod/liar", "--force", "--grace-period=0");
        }
    }

    @Test
    void aUserNeedsTheRight() {
        Shell.Result denied = cluster.tryKubectl("get", "--raw", POD + "/proxy/", "--as", "jane");

        assertTrue(denied.err().contains("cannot get resource \"pods/proxy\""), denied::err);
    }

    private void assertRefused(String why, String path) {
        Shell.Result refused = cluster.tryKubectl("get", "--raw", path);

        assertEquals(1, refused.exitCode(), refused::toString);
        assertTrue(refused.err().contains(why), refused::err);
    }
}
