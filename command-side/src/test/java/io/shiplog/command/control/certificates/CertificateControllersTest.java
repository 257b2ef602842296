package io.shiplog.command.control.certificates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.control.FakeCluster;
import io.shiplog.command.kind.certificates.CertificateSigningRequestKind;
import io.shiplog.command.kind.certificates.Requests;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.ObjectKey;
import io.shiplog.events.object.ResourceType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Approval, signing and cleaning of requests for certificates. */
class CertificateControllersTest {
    private static final ObjectKey KEY = ObjectKey.clusterScoped(CertificateSigningRequestKind.TYPE, "r");
    private static final String CLIENT = "kubernetes.io/kube-apiserver-client";
    private static final String KUBELET = "kubernetes.io/kube-apiserver-client-kubelet";
    private static final String SERVING = "kubernetes.io/kubelet-serving";
    private static final String APPROVED =
            "{'status':{'conditions':[{'type':'Approved','status':'True','lastUpdateTime':'2026-11-22T12:00:00Z'}]}}";

    private final FakeCluster cluster = new FakeCluster();
    private final FakeAuthority authority = new FakeAuthority();

    private static String json(String singleQuoted) {
        return singleQuoted.replace('\'', '"');
    }

    private void given(String subject, String names, String signer, String usages, String more) {
        String spec =
                "{'metadata':{'name':'r'},'spec':{'request':'%s','signerName':'%s','usages':%s,'username':'system:node:a',"
                        + "'groups':['system:nodes']%s}}";
        cluster.given(KEY.type(), json(spec.formatted(Requests.base64(subject, names), signer, usages(usages), more)));
    }

    private static String usages(String list) {
        return "['" + String.join("','", list.split(",")) + "']";
    }

    private void approve() {
        cluster.change(KEY, "approval", json(APPROVED));
    }

    private JsonNode status() {
        return Objects.requireNonNull(cluster.tree(KEY)).path("status");
    }

    private String certificate() {
        return new String(
                Base64.getDecoder().decode(status().path("certificate").asText("")), StandardCharsets.UTF_8);
    }

    private JsonNode condition(int index) {
        return status().path("conditions").path(index);
    }

    @Test
    void anApprovedRequestIsSigned() {
        given("CN=jane,O=shop", "", CLIENT, "client auth,digital signature", "");
        cluster.run(new CertificateSigning(authority));
        cluster.settle();
        assertEquals("", certificate(), "not before it is approved");

        approve();
        cluster.settle();

        assertEquals(FakeAuthority.ISSUED, certificate());
        assertEquals(
                new ClusterAuthority.Terms(
                        List.of("client auth", "digital signature"),
                        cluster.now().minus(Duration.ofMinutes(5)),
                        cluster.now().plus(Duration.ofDays(365)).minus(Duration.ofMinutes(5))),
                authority.terms.getFirst());
        assertEquals(
                "system:serviceaccount:kube-system:certificate-controller",
                cluster.sent().getLast().actor().user());
        cluster.run(new CertificateSigning(authority));
        cluster.settle();
        assertEquals(1, authority.terms.size(), "once, from scratch too");
    }

    @ParameterizedTest
    @CsvSource({"3600, 3600", "600, 600", "60, 600", "40000, 39700", "90000000, 31535700"})
    void aRequestNamesItsDurationWithinLimits(long wanted, long seconds) {
        given("CN=jane", "", CLIENT, "client auth", ",'expirationSeconds':" + wanted);
        cluster.run(new CertificateSigning(authority));
        approve();
        cluster.settle();
        assertEquals(
                Duration.ofSeconds(seconds),
                Duration.between(cluster.now(), authority.terms.getFirst().notAfter()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                CLIENT
                        + " | CN=jane | | digital signature | missing required usage for client certificate: client auth",
                CLIENT
                        + " | CN=jane,CN=root | | client auth | subject must have one common name at most, and one attribute in each part",
                KUBELET
                        + " | O=system:nodes,CN=zeta+CN=system:node:a | | client auth | subject must have one common name at most, and one attribute in each part",
                CLIENT + " | CN=jane | | client auth,server auth | invalid usage for client certificate: server auth",
                KUBELET
                        + " | CN=system:node:a | | client auth,digital signature | subject organization is not system:nodes",
                KUBELET
                        + " | CN=system:node:a,O=system:nodes,O=shop | | client auth,digital signature | subject organization is not system:nodes",
                KUBELET
                        + " | CN=jane,O=system:nodes | | client auth,digital signature | subject common name does not begin with system:node:",
                KUBELET
                        + " | CN=system:node:a,O=system:nodes | DNS:a | client auth,digital signature | DNS subjectAltNames are not allowed",
                KUBELET
                        + " | CN=system:node:a,O=system:nodes | IP:10.0.0.1 | client auth,digital signature | IP subjectAltNames are not allowed",
                KUBELET
                        + " | CN=system:node:a,O=system:nodes | EMAIL:a@b | client auth,digital signature | Email subjectAltNames are not allowed",
                KUBELET
                        + " | CN=system:node:a,O=system:nodes | URI:a:b | client auth,digital signature | URI subjectAltNames are not allowed",
                KUBELET
                        + " | CN=system:node:a,O=system:nodes | | client auth | usages did not match [client auth digital signature key encipherment]",
                SERVING
                        + " | CN=system:node:a,O=system:nodes | | server auth,digital signature | DNS or IP subjectAltName is required",
                SERVING
                        + " | CN=system:node:a,O=system:nodes | DNS:a | client auth,digital signature | usages did not match [digital signature key encipherment server auth]",
                SERVING
                        + " | CN=a,O=system:nodes | DNS:a | server auth,digital signature | subject common name does not begin with system:node:",
            })
    void aRequestThatBreaksTheSignersRulesFails(
            String signer, String subject, String names, String usages, String message) {
        given(subject, names == null ? "" : names, signer, usages, "");
        cluster.run(new CertificateSigning(authority));
        approve();
        cluster.settle();

        assertEquals("Approved", condition(0).path("type").asText());
        assertEquals("Failed", condition(1).path("type").asText());
        assertEquals("SignerValidationFailure", condition(1).path("reason").asText());
        assertEquals(message, condition(1).path("message").asText());
        assertEquals("", certificate());
        assertTrue(authority.terms.isEmpty());
    }

    @Test
    void servingCertificatesOfKubeletsAreSigned() {
        given("CN=system:node:a,O=system:nodes", "DNS:a,IP:10.0.0.1", SERVING, "server auth,digital signature", "");
        cluster.run(new CertificateSigning(authority));
        approve();
        cluster.settle();
        assertEquals(FakeAuthority.ISSUED, certificate());
    }

    @Test
    void deniedRequestsAndThoseOfOtherSignersAreLeftAlone() {
        given("CN=jane", "", "example.com/shop", "client auth", "");
        cluster.run(new CertificateSigning(authority));
        approve();
        cluster.settle();
        cluster.change(
                KEY,
                "approval",
                json("{'spec':{'signerName':'" + CLIENT
                        + "'},'status':{'conditions':[{'type':'Denied','status':'True'}]}}"));
        cluster.settle();
        assertTrue(authority.terms.isEmpty());
    }

    @Test
    void aRefusedSignatureIsTriedAgain() {
        given("CN=jane", "", CLIENT, "client auth", "");
        cluster.run(new CertificateSigning(authority));
        approve();
        cluster.refuse(request -> Refusal.forbidden(KEY, "no"));
        cluster.settle();
        assertEquals("", certificate());
        cluster.refuse(request -> null);
        cluster.pass(Duration.ofMinutes(1));
        assertEquals(FakeAuthority.ISSUED, certificate());
    }

    private void mayCreate(String subresource) {
        cluster.given(
                new ResourceType("rbac.authorization.k8s.io", "clusterroles"),
                json("{'metadata':{'name':'n'},'rules':[{'verbs':['create'],'apiGroups':['certificates.k8s.io'],"
                        + "'resources':['certificatesigningrequests/" + subresource + "']}]}"));
        cluster.given(
                new ResourceType("rbac.authorization.k8s.io", "clusterrolebindings"),
                json(
                        "{'metadata':{'name':'n'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole','name':'n'},"
                                + "'subjects':[{'kind':'Group','name':'system:nodes','apiGroup':'rbac.authorization.k8s.io'}]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nodeclient | CN=system:node:b,O=system:nodes | Auto approving kubelet client certificate after SubjectAccessReview.",
                "selfnodeclient | CN=system:node:a,O=system:nodes | Auto approving self kubelet client certificate after SubjectAccessReview.",
            })
    void aKubeletsClientCertificateIsApproved(String subresource, String subject, String message) {
        given(subject, "", KUBELET, "client auth,digital signature", "");
        cluster.run(new CertificateApproval());
        cluster.settle();
        assertTrue(condition(0).isMissingNode(), "not without the right");

        mayCreate(subresource);
        cluster.settle();

        assertEquals("AutoApproved", condition(0).path("reason").asText());
        assertEquals("Approved", condition(0).path("type").asText());
        assertEquals(message, condition(0).path("message").asText());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "selfnodeclient | CN=system:node:b,O=system:nodes | kubernetes.io/kube-apiserver-client-kubelet | client auth,digital signature",
                "nodeclient | CN=system:node:b,O=system:nodes | kubernetes.io/kube-apiserver-client | client auth,digital signature",
                "nodeclient | CN=jane,O=system:nodes | kubernetes.io/kube-apiserver-client-kubelet | client auth,digital signature",
                "nodeclient | CN=system:node:b,O=system:nodes | kubernetes.io/kubelet-serving | server auth,digital signature",
                "nodeclient | CN=system:node:b,O=system:nodes | kubernetes.io/legacy-unknown | client auth,digital signature",
            })
    void nothingElseIsApproved(String subresource, String subject, String signer, String usages) {
        given(subject, "", signer, usages, "");
        mayCreate(subresource);
        cluster.run(new CertificateApproval());
        cluster.settle();
        assertTrue(condition(0).isMissingNode());
        assertTrue(cluster.sent().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({"Approved, 1", "Denied, 1", "Failed, 1", "'', 24"})
    void oldRequestsGo(String condition, int hours) {
        given("CN=jane", "", CLIENT, "client auth", "");
        if (!condition.isEmpty()) {
            cluster.change(KEY, "approval", json(APPROVED.replace("Approved", condition)));
        }
        cluster.run(new CertificateCleaning());
        cluster.pass(Duration.ofHours(hours).minusSeconds(1));
        assertNotNull(cluster.tree(KEY));
        cluster.pass(Duration.ofSeconds(1));
        assertNull(cluster.tree(KEY));
    }

    @Test
    void aRequestWhoseCertificateExpiredGoesAtOnce() {
        given("CN=jane", "", CLIENT, "client auth", "");
        approve();
        ObjectNode status = io.shiplog.events.json.Json.MAPPER.createObjectNode();
        status.putObject("status").put("certificate", Requests.expired());
        cluster.change(KEY, "status", status.toString());
        cluster.run(new CertificateCleaning());
        cluster.settle();
        assertNull(cluster.tree(KEY));
    }
}
