package io.shiplog.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.shiplog.projections.access.Access;
import io.shiplog.projections.access.AccessRequest;
import io.shiplog.projections.access.Authorizer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The right that each kind of request needs, as Kubernetes asks for it.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb">Request verbs</a>
 */
class RightsTest extends ClusterTest {
    private final List<AccessRequest> asked = new CopyOnWriteArrayList<>();

    /** Refuses everything, and remembers what it was asked. */
    @Override
    Authorizer authorizer() {
        return (image, request) -> {
            asked.add(request);
            return new Access(false, "");
        };
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET | /api/v1/pods | list pods",
                "HEAD | /api/v1/pods | list pods",
                "GET | /api/v1/pods?watch=true | watch pods",
                "GET | /api/v1/namespaces/a/pods | list pods in a",
                "GET | /api/v1/namespaces/a/pods?watch=1 | watch pods in a",
                "GET | /api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Dp | list pods p in a",
                "GET | /api/v1/namespaces/a/pods?watch=true&fieldSelector=metadata.name%3Dp | watch pods p in a",
                "GET | /api/v1/namespaces/a/pods/p | get pods p in a",
                "HEAD | /api/v1/namespaces/a/pods/p | get pods p in a",
                "GET | /api/v1/namespaces/a/pods/p?watch=true | get pods p in a",
                "GET | //api/v1//namespaces/a/pods/p/ | get pods p in a",
                "GET | /api/v1/namespaces/a/%70ods/p | get pods p in a",
                "POST | /api/v1/namespaces/a/pods | create pods in a",
                "POST | /api/v1/namespaces/a/pods?watch=true | create pods in a",
                "PUT | /api/v1/namespaces/a/pods/p | update pods p in a",
                "PATCH | /api/v1/namespaces/a/pods/p | patch pods p in a",
                "DELETE | /api/v1/namespaces/a/pods/p | delete pods p in a",
                "DELETE | /api/v1/namespaces/a/pods | deletecollection pods in a",
                "DELETE | /api/v1/namespaces/a/pods?fieldSelector=metadata.name%3Dp | deletecollection pods in a",
                "GET | /api/v1/namespaces/a/pods/p/log?follow=true | get pods/log p in a",
                "GET | /api/v1/namespaces/a/pods/p/status | get pods/status p in a",
                "PUT | /api/v1/namespaces/a/pods/p/status | update pods/status p in a",
                "PATCH | /api/v1/namespaces/a/pods/p/status | patch pods/status p in a",
                "POST | /api/v1/namespaces/a/pods/p/binding | create pods/binding p in a",
                "POST | /api/v1/namespaces/a/pods/p/eviction | create pods/eviction p in a",
                "POST | /api/v1/namespaces/a/pods/p/exec | create pods/exec p in a",
                "GET | /api/v1/namespaces/a/pods/p/exec | get pods/exec p in a",
                "POST | /api/v1/namespaces/a/bindings | create bindings in a",
                "POST | /api/v1/namespaces/a/serviceaccounts/s/token | create serviceaccounts/token s in a",
                "GET | /apis/apps/v1/namespaces/a/deployments/d/scale | get deployments.apps/scale d in a",
                "PATCH | /apis/apps/v1/namespaces/a/deployments/d/scale | patch deployments.apps/scale d in a",
                "GET | /api/v1/namespaces | list namespaces",
                "POST | /api/v1/namespaces | create namespaces",
                "GET | /api/v1/namespaces/a | get namespaces a in a",
                "DELETE | /api/v1/namespaces/a | delete namespaces a in a",
                "PUT | /api/v1/namespaces/a/finalize | update namespaces/finalize a in a",
                "PUT | /api/v1/namespaces/a/status | update namespaces/status a in a",
                "GET | /api/v1/nodes/n | get nodes n",
                "PATCH | /api/v1/nodes/n/status | patch nodes/status n",
                "GET | /api/v1/nodes/n/proxy/pods | get nodes/proxy n",
                "POST | /apis/authorization.k8s.io/v1/selfsubjectaccessreviews | create selfsubjectaccessreviews.authorization.k8s.io",
                "POST | /apis/authorization.k8s.io/v1/namespaces/a/localsubjectaccessreviews | create localsubjectaccessreviews.authorization.k8s.io in a",
                "POST | /apis/authentication.k8s.io/v1/tokenreviews | create tokenreviews.authentication.k8s.io",
                "GET | /apis/history.shiplog.io/v1/namespaces/a/changes | list changes.history.shiplog.io in a",
                "GET | /apis/history.shiplog.io/v1/changes/7 | get changes.history.shiplog.io 7",
                "POST | /apis/history.shiplog.io/v1/namespaces/a/undoes?dryRun=All | create undoes.history.shiplog.io in a",
                "POST | /apis/history.shiplog.io/v1/namespaces/a/blames | create blames.history.shiplog.io in a",
                "POST | /apis/history.shiplog.io/v1/namespaces/a/searches | create searches.history.shiplog.io in a",
                "POST | /apis/history.shiplog.io/v1/searches | create searches.history.shiplog.io",
                "GET | /at/1/api/v1/namespaces/a/secrets/s | get secrets s in a",
                "POST | /at/1/apis/authorization.k8s.io/v1/selfsubjectaccessreviews | create selfsubjectaccessreviews.authorization.k8s.io",
                "GET | /api | get /api",
                "GET | /apis/apps/v1 | get /apis/apps/v1",
                "GET | /openapi/v3 | get /openapi/v3",
                "GET | /metrics | get /metrics",
                "GET | //metrics | get //metrics",
                "POST | /metrics | post /metrics"
            })
    void everyRequestNeedsARight(String method, String path, String right) {
        try (Api alice = Api.withToken(cluster, ClusterInMemory.ALICE_TOKEN)) {
            alice.send(method, path, "").is(403);
        }

        assertEquals(List.of(right), asked.stream().map(RightsTest::shown).toList());
    }

    @Test
    void healthVersionAndTheConsolesFilesNeedNone() {
        try (Api alice = Api.withToken(cluster, ClusterInMemory.ALICE_TOKEN)) {
            for (String path : List.of("/healthz", "/livez", "/readyz", "/version", "/console/")) {
                alice.get(path).is(200);
            }
        }

        assertEquals(List.of(), asked);
    }

    /** {@code update deployments.apps/scale web in shop}. */
    private static String shown(AccessRequest request) {
        if (!request.path().isEmpty()) {
            return request.verb() + " " + request.path();
        }
        return request.verb() + " " + request.resource()
                + before(".", request.group())
                + before("/", request.subresource())
                + before(" ", request.name())
                + before(" in ", request.namespace());
    }

    private static String before(String mark, String part) {
        return part.isEmpty() ? "" : mark + part;
    }
}
