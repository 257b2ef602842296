package io.shiplog.command.kind.certificates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.command.kind.Kind;
import io.shiplog.command.kind.builtin.FakeState;
import io.shiplog.command.kind.builtin.Samples;
import io.shiplog.command.kind.check.FieldErrors;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.object.Actor;
import io.shiplog.events.object.ResourceType;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests for certificates: who asks, who decides, who signs. The requests were made with openssl and never expire. */
class CertificateSigningRequestKindTest {
    private static final ResourceType TYPE = new ResourceType("certificates.k8s.io", "certificatesigningrequests");
    private static final Kind KIND = Samples.strategy(TYPE);
    private static final Actor JANE = new Actor("jane", List.of("shop"));
    private static final Actor ADMIN = new Actor("root", List.of("system:masters"));
    private static final FakeState STATE = new FakeState();

    /** O=shop, CN=jane. */
    private static final String PEM =
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1JR0FBZ0VBTUI0eERUQUxCZ05WQkFvTUJITm9iM0F4RFRB"
                    + "TEJnTlZCQU1NQkdwaGJtVXdXVEFUQmdjcQpoa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVI5aXdwOEVWdERXN3M5YW1aY2tyOVo5"
                    + "a0Q2RmRibFZEUDROMHhUClhXT1M1QU9rNnN1Y3BBRTd3enpIbTRpZmZQT1k1NVAxV0taRndINUVRT2VPalJOQ29BQXdDZ1lJS29a"
                    + "SXpqMEUKQXdJRFJ3QXdSQUlnUU8zMkRsY0FQa0pXT3ZoNW5pTndKclVidHJ0dWNreHFkNWVQVEtEci9vVUNJRkIzUG5CLwpZWDRh"
                    + "eW5jODhrS1ZNTDRnMWp6QmFrUk9VNUNMSThDSkxkODUKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==";

    /** O=system:masters, CN=jane. */
    private static final String OF_MASTERS =
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIak1JR0tBZ0VBTUNneEZ6QVZCZ05WQkFvTURuTjVjM1JsYlRw"
                    + "dFlYTjBaWEp6TVEwd0N3WURWUVFEREFScQpZVzVsTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowREFRY0RRZ0FFRm5QbDA5QWZF"
                    + "TVNTaDVpMlBraExHdGE5Cm5qQjZ5Z1VVTER5cElFa0VGTlU0amFLN01GVmF5ZGxDeWZEa1ZxL1RWdXZGbGxmaHFhTTF1TSt6aDlN"
                    + "RUdLQUEKTUFvR0NDcUdTTTQ5QkFNQ0EwZ0FNRVVDSUFPL2V6bWRUSFdtQ0trcmtPOWE2cFdvNU1OOHVNcVNaYzJCWklqMQpLMU1S"
                    + "QWlFQTB5MjNjNjBDcHFqU0xXbkRhVk1wTEtXd3B1STR3Z2czMXRUTVhXbkdUems9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVF"
                    + "U1QtLS0tLQo=";

    private static final String CERTIFICATE =
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJrekNDQVRtZ0F3SUJBZ0lVVVI3Z3NIQVNjZWJrZUFSRUJ6MXYyeDQ0d2FZ"
                    + "d0NnWUlLb1pJemowRUF3SXcKSGpFTk1Bc0dBMVVFQ2d3RWMyaHZjREVOTUFzR0ExVUVBd3dFYW1GdVpUQWdGdzB5TmpFeE1qZ3dO"
                    + "elEyTVRoYQpHQTh5TVRJMk1URXdOREEzTkRZeE9Gb3dIakVOTUFzR0ExVUVDZ3dFYzJodmNERU5NQXNHQTFVRUF3d0VhbUZ1ClpU"
                    + "QlpNQk1HQnlxR1NNNDlBZ0VHQ0NxR1NNNDlBd0VIQTBJQUJIMkxDbndSVzBOYnV6MXFabHlTdjFuMlFQb1YKMXVWVU0vZzNURk5k"
                    + "WTVMa0E2VHF5NXlrQVR2RFBNZWJpSjk4ODVqbmsvVllwa1hBZmtSQTU0Nk5FMEtqVXpCUgpNQjBHQTFVZERnUVdCQlFmU2F0b0xM"
                    + "em5GdzhqL2lrRWNseHJFWGd0MGpBZkJnTlZIU01FR0RBV2dCUWZTYXRvCkxMem5GdzhqL2lrRWNseHJFWGd0MGpBUEJnTlZIUk1C"
                    + "QWY4RUJUQURBUUgvTUFvR0NDcUdTTTQ5QkFNQ0EwZ0EKTUVVQ0lRRGNIc21XWEpaTmN5MVY5Y1lRZEthMHRlNTcxZkFRdDVha2Ji"
                    + "djZCcmgzeWdJZ0NZUU0zalhFYUxmMwpnWDR6b2pNbXN6UEhnRWNpTFU0Q2ptbnphVE9LcjJBPQotLS0tLUVORCBDRVJUSUZJQ0FU"
                    + "RS0tLS0tCg==";

    private static final String SPEC = "'request':'PEM','signerName':'example.com/shop','usages':['client auth']";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{} | x;5m;<none>;;<none>;Pending",
                "{'spec':{'signerName':'a.b/c','username':'jane','expirationSeconds':3600}} | x;5m;a.b/c;jane;60m;Pending",
                "{'status':{'conditions':[{'type':'Approved'}],'certificate':'eA=='}} | x;5m;<none>;;<none>;Approved,Issued",
                "{'status':{'conditions':[{'type':'Denied'},{'type':'Failed'}]}} | x;5m;<none>;;<none>;Denied,Failed",
            })
    void rows_of_the_table(String object, String cells) {
        String meta = "{'metadata':{'name':'x','creationTimestamp':'2026-01-01T00:00:00Z'},";
        assertEquals(cells, Samples.cells(TYPE, (meta + object.substring(1)).replace(",}", "}")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "SPEC | ",
                "'request':'PEM','signerName':'a.b/c','usages':['any'],'expirationSeconds':599 | spec.expirationSeconds: Invalid value:"
                        + " 599: may not specify a duration less than 600 seconds (10 minutes)",
                "'signerName':'kubernetes.io/legacy-unknown' | spec.request: Invalid value: null: PEM block type must be CERTIFICATE"
                        + " REQUEST & spec.usages: Required value & spec.signerName: Invalid value: \"kubernetes.io/legacy-unknown\":"
                        + " the legacy signerName is not allowed via this API version",
                "'request':'PEM','usages':['any','any'] | spec.usages[1]: Duplicate value: \"any\" & spec.signerName: Required value",
                "'request':'PEM','usages':['any'],'signerName':'a' | spec.signerName: Invalid value: \"a\": must be a fully qualified"
                        + " domain and path of the form 'example.com/signer-name'",
                "'request':'PEM','usages':['any'],'signerName':'a/b' | spec.signerName: Invalid value: \"a\": should be a domain with"
                        + " at least two segments separated by dots",
                "'request':'eA==','usages':['any'],'signerName':'a.b/c' | spec.request: Invalid value: \"eA==\": PEM block type must be"
                        + " CERTIFICATE REQUEST",
            })
    void errors_of_specs(String spec, String errors) {
        assertEquals(
                errors == null ? "" : errors,
                String.join(" & ", Samples.problems(TYPE, json("{'metadata':{'name':'x'},'spec':{" + spec + "}}"))));
    }

    @Test
    void a_damaged_request_is_refused() {
        String cut = PEM.substring(0, 200) + PEM.substring(PEM.length() - 60);
        List<String> problems = Samples.problems(
                TYPE, json("{'metadata':{'name':'x'},'spec':{SPEC}}").replace(PEM, cut));
        assertEquals(1, problems.size(), problems::toString);
    }

    /** A name's part may have several attributes. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=jane,O=shop | false",
                "CN=jane,O=system:masters | true",
                "CN=jane+O=system:masters | true",
                "CN=jane,O=shop+O=system:masters | true",
            })
    void the_clusters_signer_names_no_masters(String subject, boolean refused) {
        ObjectNode request = request("'status':{}");
        request.withObject("/spec")
                .put("signerName", "kubernetes.io/kube-apiserver-client")
                .put("request", Requests.base64(subject, ""));
        assertEquals(refused, KIND.admit("", request, null, JANE, STATE) != null);
    }

    @Test
    void the_request_says_who_made_it_whatever_the_body_says() {
        ObjectNode request = request("'status':{'certificate':'eA=='}");
        request.withObject("/spec").put("username", "root").putArray("groups").add("system:masters");
        KIND.prepareForCreate(request, JANE, STATE);
        assertEquals(Samples.tree(json("{SPEC,'username':'jane','groups':['shop']}")), request.path("spec"));
        assertEquals(Samples.tree("{}"), request.path("status"));
    }

    @Test
    void only_approval_decides() {
        ObjectNode old = request("'status':{}");
        ObjectNode approved =
                request("'status':{'conditions':[{'type':'Approved','status':'True'}],'certificate':'eA=='}");
        ObjectNode byApproval = approved.deepCopy();
        KIND.prepareForApproval(byApproval, old, STATE);
        FieldErrors errors = new FieldErrors();
        KIND.validateApproval(byApproval, old, errors);
        assertEquals(List.of(), Samples.messages(errors));
        assertEquals("", byApproval.path("status").path("certificate").asText());
        assertEquals(
                byApproval.at("/status/conditions/0/lastUpdateTime"),
                byApproval.at("/status/conditions/0/lastTransitionTime"));

        KIND.prepareForStatusUpdate(approved, old, STATE);
        errors = new FieldErrors();
        KIND.validateStatusUpdate(approved, old, errors);
        assertEquals(
                List.of(
                        "status.certificate: Invalid value: \"<certificate data>\": must contain at least one CERTIFICATE PEM block",
                        "status.conditions: Forbidden: updates may not add a condition of type \"Approved\""),
                Samples.messages(errors));
    }

    @Test
    void a_decision_stays_and_a_certificate_is_issued_once() {
        ObjectNode old = request("'status':{'conditions':[{'type':'Approved','status':'True'}]}");
        ObjectNode denied = request("'status':{'conditions':[{'type':'Denied','status':'True'}]}");
        FieldErrors errors = new FieldErrors();
        KIND.validateApproval(denied, old, errors);
        assertEquals(
                List.of("status.conditions: Forbidden: updates may not remove a condition of type \"Approved\""),
                Samples.messages(errors));

        ObjectNode signed = old.deepCopy();
        signed.withObject("/status").put("certificate", CERTIFICATE);
        errors = new FieldErrors();
        KIND.validateStatusUpdate(signed, old, errors);
        assertEquals(List.of(), Samples.messages(errors));
        errors = new FieldErrors();
        KIND.validateStatusUpdate(old, signed, errors);
        assertEquals(
                List.of("status.certificate: Forbidden: updates may not modify existing certificate content"),
                Samples.messages(errors));
    }

    @Test
    void approving_and_signing_take_rights_on_the_signer() {
        ObjectNode old = request("'status':{}");
        ObjectNode approved = request("'status':{'conditions':[{'type':'Approved','status':'True'}]}");
        assertNull(KIND.admit("approval", approved, old, ADMIN, STATE));
        Refusal refusal = Objects.requireNonNull(KIND.admit("approval", approved, old, JANE, STATE));
        assertEquals(
                "certificatesigningrequests.certificates.k8s.io \"x\" is forbidden: user not permitted to approve requests with"
                        + " signerName \"example.com/shop\"",
                refusal.message());
        refusal = Objects.requireNonNull(KIND.admit("status", approved, old, JANE, STATE));
        assertEquals(
                "certificatesigningrequests.certificates.k8s.io \"x\" is forbidden: user not permitted to sign requests with"
                        + " signerName \"example.com/shop\"",
                refusal.message());
        assertNull(KIND.admit("status", old, old, JANE, STATE), "nothing is signed");

        FakeState granted = new FakeState()
                .with(
                        new ResourceType("rbac.authorization.k8s.io", "clusterroles"),
                        "{'metadata':{'name':'r'},'rules':[{'apiGroups':['certificates.k8s.io'],'resources':['signers'],'verbs':"
                                + "['approve'],'resourceNames':['example.com/*']}]}")
                .with(
                        new ResourceType("rbac.authorization.k8s.io", "clusterrolebindings"),
                        "{'metadata':{'name':'b'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole','name':'r'},"
                                + "'subjects':[{'kind':'User','name':'jane','apiGroup':'rbac.authorization.k8s.io'}]}");
        assertNull(KIND.admit("approval", approved, old, JANE, granted));
    }

    @Test
    void nobody_becomes_a_master_by_certificate() {
        ObjectNode request =
                Samples.tree(json("{'metadata':{'name':'x'},'spec':{SPEC}}").replace(PEM, OF_MASTERS));
        assertNull(KIND.admit("", request, null, ADMIN, STATE), "another signer is not trusted with users");
        request.withObject("/spec").put("signerName", "kubernetes.io/kube-apiserver-client");
        assertEquals(
                "certificatesigningrequests.certificates.k8s.io \"x\" is forbidden: use of kubernetes.io/kube-apiserver-client"
                        + " signer with system:masters group is not allowed",
                Objects.requireNonNull(KIND.admit("", request, null, ADMIN, STATE))
                        .message());
    }

    private static ObjectNode request(String more) {
        return Samples.tree(json("{'metadata':{'name':'x'},'spec':{SPEC}," + more + "}"));
    }

    private static String json(String object) {
        return object.replace("SPEC", SPEC).replace("PEM", PEM);
    }
}
