package io.shiplog.command.patch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.command.PatchType;
import io.shiplog.events.command.Refusal;
import io.shiplog.events.command.Refusal.Reason;
import io.shiplog.events.json.Json;
import io.shiplog.events.kind.Schema;
import io.shiplog.events.kind.Schemas;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchesTest {
    private static final Schema.Struct PODS = schema("", "Pod");
    private static final Schema.Struct SERVICES = schema("", "Service");
    private static final Schema.Struct DEPLOYMENTS = schema("apps", "Deployment");

    private static Schema.Struct schema(String group, String kind) {
        return Objects.requireNonNull(Schemas.builtIn().of(group, "v1", kind), kind);
    }

    private static Json json(String singleQuoted) {
        return Json.of(singleQuoted.replace('\'', '"'));
    }

    private static Patched apply(PatchType patchType, Schema.Struct type, String target, String patch) {
        return Patches.apply(patchType, type, (ObjectNode) json(target).tree(), json(patch));
    }

    private static void patched(PatchType patchType, Schema.Struct type, String target, String patch, String expected) {
        Patched result = apply(patchType, type, target, patch);
        JsonNode tree =
                assertInstanceOf(Patched.Tree.class, result, result::toString).tree();
        // As text: the order of lists and of fields within elements matters to readers.
        assertEquals(json(expected).tree().toString(), tree.toString());
    }

    private static Refusal refused(PatchType patchType, String target, String patch) {
        return assertInstanceOf(Patched.Refused.class, apply(patchType, PODS, target, patch))
                .refusal();
    }

    /** 1.4 KB of them once ended the process. */
    @Test
    void copies_that_double_are_refused_at_the_limit_of_copied_bytes() {
        StringBuilder patch = new StringBuilder("[{'op':'add','path':'/data','value':{'a':{'x':'y'}}}");
        for (int i = 0; i < 40; i++) {
            patch.append(",{'op':'copy','from':'/data/a','path':'/data/a/c")
                    .append(i)
                    .append("'}");
        }
        Refusal refusal = refused(PatchType.JSON, "{}", patch + "]");
        assertEquals(Reason.INVALID, refusal.reason());
        assertTrue(
                refusal.message().contains("Unable to complete the copy, the accumulated size increase of copy is"),
                refusal.message());
    }

    @Test
    void a_patch_that_nests_deeper_than_any_text_that_is_read_is_refused() {
        StringBuilder patch = new StringBuilder("[{'op':'add','path':'/a','value':{}}");
        String path = "/a";
        for (int i = 0; i < 9; i++) {
            patch.append(",{'op':'copy','from':'/a','path':'").append(path).append("/a'}");
            path = path + path;
            if (path.length() > 300) {
                break;
            }
        }
        Refusal copied = refused(PatchType.JSON, "{}", patch + "]");
        assertEquals(Reason.INVALID, copied.reason());
        assertTrue(copied.message().contains("exceeds max depth 190"), copied.message());

        String deep = "{'a':".repeat(180) + "{}" + "}".repeat(180);
        Refusal moved = refused(
                PatchType.JSON,
                "{'x':" + deep + ",'y':" + deep + "}",
                "[{'op':'move','from':'/x','path':'/y" + "/a".repeat(180) + "/z'}]");
        assertTrue(moved.message().contains("exceeds max depth 190"), moved.message());
    }

    @Test
    void a_patch_of_many_operations_is_refused() {
        String test = "{'op':'test','path':'/a','value':1}";
        Refusal refusal = refused(
                PatchType.JSON, "{'a':1}", "[" + String.join(",", java.util.Collections.nCopies(10_001, test)) + "]");
        assertEquals(Reason.REQUEST_ENTITY_TOO_LARGE, refusal.reason());
        assertEquals("The allowed maximum operations in a JSON patch is 10000, got 10001", refusal.message());
    }

    /** Twice as long lists take twice the time, not four times: these took 18 s and more. */
    @Test
    void long_lists_merge_in_time() {
        String owners = IntStream.range(0, 40_000)
                .mapToObj(i -> "{'name':'a','uid':'%d'}".formatted(i))
                .collect(Collectors.joining(",", "[", "]"));
        String gone = owners.replace("{'name':'a',", "{'$patch':'delete',");
        String finalizers = IntStream.range(0, 40_000)
                .mapToObj(i -> "'a/%d'".formatted(i))
                .collect(Collectors.joining(",", "[", "]"));
        String object = "{'metadata':{'ownerReferences':" + owners + ",'finalizers':" + finalizers + "}}";
        assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            patched(PatchType.STRATEGIC_MERGE, PODS, "{}", object, object);
            patched(PatchType.STRATEGIC_MERGE, PODS, object, object, object);
            patched(
                    PatchType.STRATEGIC_MERGE,
                    PODS,
                    object,
                    "{'metadata':{'ownerReferences':" + gone + ",'$deleteFromPrimitiveList/finalizers':" + finalizers
                            + "}}",
                    "{'metadata':{'ownerReferences':[],'finalizers':[]}}");
            patched(
                    PatchType.STRATEGIC_MERGE,
                    PODS,
                    object,
                    "{'metadata':{'$setElementOrder/ownerReferences':" + owners + ",'$setElementOrder/finalizers':"
                            + finalizers + "}}",
                    object);
        });
    }

    /** The examples of RFC 6902, appendix A, and the corners of evanphx/json-patch that kube-apiserver uses. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'foo':'bar'} | [{'op':'add','path':'/baz','value':'qux'}] | {'foo':'bar','baz':'qux'}",
                "{'foo':['bar','baz']} | [{'op':'add','path':'/foo/1','value':'qux'}] | {'foo':['bar','qux','baz']}",
                "{'foo':['bar']} | [{'op':'add','path':'/foo/-','value':['abc']}] | {'foo':['bar',['abc']]}",
                "{'baz':'qux','foo':'bar'} | [{'op':'remove','path':'/baz'}] | {'foo':'bar'}",
                "{'foo':['bar','qux','baz']} | [{'op':'remove','path':'/foo/1'}] | {'foo':['bar','baz']}",
                "{'baz':'qux'} | [{'op':'replace','path':'/baz','value':'boo'}] | {'baz':'boo'}",
                "{'a':{'b':1},'c':{}} | [{'op':'move','from':'/a/b','path':'/c/d'}] | {'a':{},'c':{'d':1}}",
                "{'foo':['all','grass','cows','eat']} | [{'op':'move','from':'/foo/1','path':'/foo/3'}] | {'foo':['all','cows','eat','grass']}",
                "{'a':{'b':1}} | [{'op':'copy','from':'/a','path':'/c'}] | {'a':{'b':1},'c':{'b':1}}",
                "{'a':1} | [{'op':'test','path':'/a','value':1},{'op':'replace','path':'/a','value':2}] | {'a':2}",
                "{'a':1} | [{'op':'test','path':'/b','value':null}] | {'a':1}",
                "{'a/b':1,'c~d':2} | [{'op':'remove','path':'/a~1b'},{'op':'remove','path':'/c~0d'}] | {}",
                "{'a':{}} | [] | {'a':{}}",
                "{'a':{}} | null | {'a':{}}",
                // A field that is absent: replace adds it, test and copy find null there.
                "{'a':1} | [{'op':'replace','path':'/x','value':2}] | {'a':1,'x':2}",
                "{'a':{}} | [{'op':'replace','path':'/a/x','value':{}}] | {'a':{'x':{}}}",
                "{'a':1} | [{'op':'copy','from':'/x','path':'/y'}] | {'a':1,'y':null}",
                "{'a':null} | [{'op':'test','path':'/a','value':null},{'op':'test','path':'/a'}] | {'a':null}",
                // Without a value: null.
                "{'a':1,'l':[1]} | [{'op':'add','path':'/b'},{'op':'replace','path':'/a'},{'op':'add','path':'/l/0'}]"
                        + " | {'a':null,'l':[null,1],'b':null}",
                // Negative indexes: -1 is the last element, or behind it where one is added.
                "{'l':[1,2,3]} | [{'op':'replace','path':'/l/-1','value':9}] | {'l':[1,2,9]}",
                "{'l':[1,2,3]} | [{'op':'remove','path':'/l/-3'}] | {'l':[2,3]}",
                "{'l':[1,2]} | [{'op':'add','path':'/l/-1','value':9}] | {'l':[1,2,9]}",
                "{'l':[1,2]} | [{'op':'add','path':'/l/-2','value':9}] | {'l':[1,9,2]}",
                "{'l':[1,2]} | [{'op':'test','path':'/l/-2','value':1},{'op':'move','from':'/l/-1','path':'/l/0'}] | {'l':[2,1]}",
                "{'l':[{'a':1},{'a':2}]} | [{'op':'remove','path':'/l/-1/a'}] | {'l':[{'a':1},{}]}",
                "{'l':[1]} | [{'op':'copy','from':'/l/-1','path':'/l/-'}] | {'l':[1,1]}",
                // What stands before the first slash is ignored.
                "{'a':1} | [{'op':'replace','path':'x/a','value':2}] | {'a':2}",
                "{'a':1} | [{'op':'replace','path':'','value':{'b':2}}] | {'b':2}"
            })
    void jsonPatch(String target, String patch, String expected) {
        patched(PatchType.JSON, PODS, target, patch, expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{'op':'test','path':'/a','value':2}] | testing value /a failed",
                "[{'op':'test','path':'/a','value':null}] | testing value /a failed",
                "[{'op':'test','path':'/x','value':2}] | testing value /x failed",
                "[{'op':'test','path':'/l/0','value':null}] | invalid index '0' in '/l/0' for a list of 0",
                "[{'op':'test','path':'/x/y','value':null}] | unable to find path '/x/y'",
                "[{'op':'remove','path':'/x'}] | unable to find path '/x'",
                "[{'op':'remove','path':''}] | unable to find path ''",
                "[{'op':'remove','path':'a'}] | unable to find path 'a'",
                "[{'op':'remove'}] | remove operation has no path",
                "[{'op':'remove','path':7}] | remove operation has no path",
                "[{'op':'add','path':'','value':{}}] | unable to find path ''",
                "[{'op':'add','path':'/x/y','value':1}] | unable to find path '/x/y'",
                "[{'op':'add','path':'/a/y','value':1}] | unable to find path '/a/y'",
                "[{'op':'add','path':'/n/y','value':1}] | unable to find path '/n/y'",
                "[{'op':'add','path':'/l/5','value':1}] | invalid index '5' in '/l/5' for a list of 0",
                "[{'op':'add','path':'/l/-2','value':1}] | invalid index '-2' in '/l/-2' for a list of 0",
                "[{'op':'add','path':'/l/a','value':1}] | invalid index 'a' in '/l/a' for a list of 0",
                "[{'op':'replace','path':'/x/y','value':1}] | unable to find path '/x/y'",
                "[{'op':'replace','path':'/l/-','value':1}] | invalid index '-' in '/l/-' for a list of 0",
                "[{'op':'replace','path':'/l/-1','value':1}] | invalid index '-1' in '/l/-1' for a list of 0",
                "[{'op':'replace','path':'','value':1}] | replace operation value must be object or array",
                "[{'op':'move','from':'/x','path':'/y'}] | unable to find path '/x'",
                "[{'op':'move','path':'/y'}] | move operation has no from",
                "[{'op':'move','from':'/l','path':'/l/0'}] | unable to find path '/l/0'",
                "[{'op':'copy','from':'/x/y','path':'/y'}] | unable to find path '/x/y'",
                "[{'op':'spin','path':'/a'}] | Unexpected kind: spin",
                "[{'path':'/a'}] | Unexpected kind: unknown",
                "[null] | Unexpected kind: unknown"
            })
    void aJsonPatchThatDoesNotFitIsInvalid(String patch, String why) {
        Refusal refusal = refused(PatchType.JSON, "{'a':1,'l':[],'n':null}", patch);

        assertEquals(Reason.INVALID, refusal.reason());
        assertEquals("the server rejected our request due to an error in our request", refusal.message());
        PatchException failure = assertThrows(
                PatchException.class,
                () -> JsonPatch.apply(
                        json("{'a':1,'l':[],'n':null}").tree(), json(patch).tree(), opened -> {}));
        assertEquals(why.replace('\'', '"'), failure.getMessage());
    }

    /** Only what kube-apiserver cannot decode: all else does not fit. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'op':'add'} | json: cannot unmarshal object into Go value of type jsonpatch.Patch",
                "['add'] | json: cannot unmarshal string into Go value of type jsonpatch.Operation",
                "[[]] | json: cannot unmarshal array into Go value of type jsonpatch.Operation",
                "[true] | json: cannot unmarshal bool into Go value of type jsonpatch.Operation"
            })
    void aMalformedJsonPatchIsABadRequest(String patch, String message) {
        Refusal refusal = refused(PatchType.JSON, "{'a':1}", patch);

        assertEquals(Reason.BAD_REQUEST, refusal.reason());
        assertEquals(message, refusal.message());
    }

    @Test
    void aJsonPatchHasALimit() {
        StringBuilder patch = new StringBuilder("[");
        for (int i = 0; i <= JsonPatch.MAX_OPERATIONS; i++) {
            patch.append(i == 0 ? "" : ",").append("{'op':'test','path':'/a','value':1}");
        }

        Refusal refusal = refused(PatchType.JSON, "{'a':1}", patch.append(']').toString());

        assertEquals(Reason.REQUEST_ENTITY_TOO_LARGE, refusal.reason());
        assertEquals("The allowed maximum operations in a JSON patch is 10000, got 10001", refusal.message());
    }

    /** The table of RFC 7386, appendix A, as far as its targets are objects. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'a':'b'} | {'a':'c'} | {'a':'c'}",
                "{'a':'b'} | {'b':'c'} | {'a':'b','b':'c'}",
                "{'a':'b'} | {'a':null} | {}",
                "{'a':'b','b':'c'} | {'a':null} | {'b':'c'}",
                "{'a':['b']} | {'a':'c'} | {'a':'c'}",
                "{'a':'c'} | {'a':['b']} | {'a':['b']}",
                "{'a':{'b':'c'}} | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]} | {'a':[1]} | {'a':[1]}",
                "{'e':null} | {'a':1} | {'e':null,'a':1}",
                "{} | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}"
            })
    void mergePatch(String target, String patch, String expected) {
        patched(PatchType.MERGE, PODS, target, patch, expected);
    }

    @Test
    void aMergePatchThatIsNoObjectLeavesNone() {
        assertEquals(
                "the patched document is not an object",
                refused(PatchType.MERGE, "{}", "['a']").message());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // A list that merges by its key; what the patch does not name stays.
                "{'spec':{'containers':[{'name':'a','image':'x'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'b','image':'y'}]}}"
                        + " | {'spec':{'containers':[{'name':'a','image':'x'},{'name':'b','image':'y'}]}}",
                "{'spec':{'containers':[{'name':'a'}]}} | {'spec':{'containers':[{'name':'c'}]}}"
                        + " | {'spec':{'containers':[{'name':'c'},{'name':'a'}]}}",
                // Lists within its elements merge too.
                "{'spec':{'containers':[{'name':'a','env':[{'name':'X','value':'1'}]}]}}"
                        + " | {'spec':{'containers':[{'name':'a','env':[{'name':'X','value':'2'}]}]}}"
                        + " | {'spec':{'containers':[{'name':'a','env':[{'name':'X','value':'2'}]}]}}",
                // An element is deleted by a directive.
                "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'name':'a','$patch':'delete'}]}}"
                        + " | {'spec':{'containers':[{'name':'b'}]}}",
                // A list is replaced by a directive.
                "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}} | {'spec':{'containers':[{'$patch':'replace'},{'name':'c'}]}}"
                        + " | {'spec':{'containers':[{'name':'c'}]}}",
                // Lists without a key are replaced whole.
                "{'spec':{'containers':[{'name':'a','args':['1','2']}]}} | {'spec':{'containers':[{'name':'a','args':['3']}]}}"
                        + " | {'spec':{'containers':[{'name':'a','args':['3']}]}}",
                // Objects are replaced or deleted by a directive.
                "{'metadata':{'labels':{'a':'1','b':'2'}}} | {'metadata':{'labels':{'$patch':'replace','c':'3'}}}"
                        + " | {'metadata':{'labels':{'c':'3'}}}",
                "{'spec':{'securityContext':{'runAsUser':1},'x':1}} | {'spec':{'securityContext':{'$patch':'delete'}}}"
                        + " | {'spec':{'x':1}}",
                // Null takes away.
                "{'metadata':{'labels':{'a':'1','b':'2'}}} | {'metadata':{'labels':{'a':null}}} | {'metadata':{'labels':{'b':'2'}}}",
                // Texts that merge.
                "{'metadata':{'finalizers':['a/a','b/b']}} | {'metadata':{'finalizers':['c/c']}}"
                        + " | {'metadata':{'finalizers':['c/c','a/a','b/b']}}",
                "{'metadata':{'finalizers':['a/a','b/b']}} | {'metadata':{'$deleteFromPrimitiveList/finalizers':['a/a']}}"
                        + " | {'metadata':{'finalizers':['b/b']}}",
                // An order, with an element of which the patch knows nothing.
                "{'spec':{'containers':[{'name':'a'},{'name':'s'},{'name':'b'}]}}"
                        + " | {'spec':{'$setElementOrder/containers':[{'name':'b'},{'name':'a'}],'containers':[{'name':'a','image':'x'}]}}"
                        + " | {'spec':{'containers':[{'name':'s'},{'name':'b'},{'name':'a','image':'x'}]}}",
                "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}"
                        + " | {'spec':{'$setElementOrder/containers':[{'name':'c'},{'name':'a'},{'name':'b'}],'containers':[{'name':'c'}]}}"
                        + " | {'spec':{'containers':[{'name':'c'},{'name':'a'},{'name':'b'}]}}",
                // Keys to retain: the other source of a volume goes.
                "{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}"
                        + " | {'spec':{'volumes':[{'name':'v','$retainKeys':['name','configMap'],'configMap':{'name':'c'}}]}}"
                        + " | {'spec':{'volumes':[{'name':'v','configMap':{'name':'c'}}]}}"
            })
    void strategicMerge(String target, String patch, String expected) {
        patched(PatchType.STRATEGIC_MERGE, PODS, target, patch, expected);
    }

    @Test
    void portsOfServicesMergeByPort() {
        patched(
                PatchType.STRATEGIC_MERGE,
                SERVICES,
                "{'spec':{'ports':[{'port':80,'name':'http'},{'port':443}]}}",
                "{'spec':{'ports':[{'port':80,'name':'web'}]}}",
                "{'spec':{'ports':[{'port':80,'name':'web'},{'port':443}]}}");
    }

    /** Ports 53/TCP and 53/UDP share the merge key. None is lost; what cannot be known is refused. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                // As kubectl apply computes it: the order says how many ports are wanted.
                "[T] | 'ORDER':[K,K],'ports':[U] | [T,U]",
                "[] | 'ORDER':[K,K],'ports':[T,U] | [T,U]",
                "[T,U] | 'ORDER':[K,K,{'port':80}],'ports':[{'port':80}] | [T,U,{'port':80}]",
                "[T,U] | 'ORDER':[K,K] | [T,U]",
                "[{'port':80},T] | 'ORDER':[K,K,{'port':80}],'ports':[U] | [T,U,{'port':80}]",
                "[T,U] | 'ORDER':[K,K],'ports':[{'port':53,'name':'a'},{'port':53,'name':'b'}]"
                        + " | [{'port':53,'protocol':'TCP','name':'b'},{'port':53,'protocol':'UDP','name':'a'}]",
                "[T,U] | 'ORDER':[K],'ports':[{'port':53,'name':'a'}] | [T,{'port':53,'protocol':'UDP','name':'a'}]",
                "[T,U] | 'ORDER':[K,K],'ports':[T,U] | [U,T]",
                "[{'port':53,'protocol':'UDP','name':'b','x':2},{'port':53,'protocol':'TCP','name':'a','x':1}]"
                        + " | 'ORDER':[K,K],'ports':[{'port':53,'protocol':'UDP','name':'b','x':2},{'port':53,'protocol':'TCP','name':'a'}]"
                        + " | [{'port':53,'protocol':'TCP','name':'a','x':2},{'port':53,'protocol':'UDP','name':'b','x':2}]",
                "[T] | 'ORDER':[K,K],'ports':[U,T] | [U,T]",
                "[T,U] | 'ORDER':[],'ports':[{'port':53,'$patch':'delete'},{'port':53,'$patch':'delete'}] | []",
                "[U] | 'ORDER':[K,K],'ports':[{'port':53,'name':'a'}] | [U,{'port':53,'name':'a'}]",
                // The ordinary case: one port changes its protocol.
                "[T] | 'ORDER':[K],'ports':[U] | [U]",
                "[T] | 'ports':[U] | [U]",
                "[T,{'port':80}] | 'ports':[{'port':80,'protocol':'UDP'}] | [T,{'port':80,'protocol':'UDP'}]",
                // Written by hand: the protocol says which.
                "[T] | 'ports':[T,U] | [T,U]",
                "[T] | 'ports':[{'port':53,'name':'a'},U] | [{'port':53,'protocol':'TCP','name':'a'},U]",
                "[U] | 'ports':[{'port':53},U] | [U,{'port':53}]",
                "[T,U] | 'ports':[{'port':53,'protocol':'UDP','name':'b'}] | [T,{'port':53,'protocol':'UDP','name':'b'}]",
                "[T,U] | 'ports':[{'port':53,'protocol':'UDP','$patch':'delete'}] | [T]",
                "[T,U] | 'ports':[{'port':53,'$patch':'delete'},{'port':53,'$patch':'delete'}] | []",
                "[T,U] | 'ports':[{'port':53,'protocol':'SCTP'}] | [T,U,{'port':53,'protocol':'SCTP'}]",
                "[T] | 'ports':[{'$patch':'replace'},U,T] | [U,T]",
                "[T] | 'ports':[{'port':53,'$patch':'delete'},U] | [U]",
            })
    void twoPortsOfOneNumberStayTwo(String before, String patch, String after) {
        for (boolean container : new boolean[] {false, true}) {
            patched(
                    PatchType.STRATEGIC_MERGE,
                    container ? PODS : SERVICES,
                    ports("{'ports':" + before + "}", container),
                    ports("{" + patch + "}", container),
                    ports("{'ports':" + after + "}", container));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[T,U] | 'ORDER':[K,K],'ports':[{'port':53,'name':'a'}] | does not say which it changes",
                "[T,U] | 'ORDER':[K],'ports':[{'port':53,'$patch':'delete'}] | does not say which it deletes",
                "[T,U] | 'ORDER':[K,K],'ports':[{'port':53,'x':null},{'port':53,'name':'b'}] | does not say which it changes",
                "[T,U,{'port':1},{'port':2},{'port':3},{'port':4},{'port':5}] | 'ORDER':[K,K],'ports':[{'port':53,'name':'a'},"
                        + "{'port':53,'name':'b'}] | does not say which it changes",
                "[T] | 'ORDER':[K,K],'ports':[T] | would give two of them the same protocol",
                "[U] | 'ORDER':[K,K],'ports':[{'port':53,'name':'a'},U] | would give two of them the same protocol",
                "[T,U] | 'ports':[{'port':53,'name':'a'}] | does not say which it changes",
                "[T,U] | 'ports':[{'port':53,'$patch':'delete'}] | does not say which it deletes",
            })
    void aPatchThatDoesNotSayWhichPortItMeansIsRefused(String before, String patch, String why) {
        Patched result = apply(
                PatchType.STRATEGIC_MERGE,
                SERVICES,
                ports("{'ports':" + before + "}", false),
                ports("{" + patch + "}", false));
        Refusal refusal = assertInstanceOf(Patched.Refused.class, result, result::toString)
                .refusal();
        assertEquals(Reason.INVALID, refusal.reason());
        assertEquals(
                "the server rejected our request due to an error in our request: several elements have port 53, and the patch "
                        + why + ": write a patch with the protocol of each, or replace the object",
                refusal.message());
    }

    /** The client pairs TCP with UDP and adds TCP: yet the node port is that of TCP. */
    @Test
    void aNodePortStaysWithItsProtocol() {
        patched(
                PatchType.STRATEGIC_MERGE,
                SERVICES,
                "{'spec':{'ports':[{'port':53,'protocol':'TCP','nodePort':30053}]}}",
                "{'spec':{'$setElementOrder/ports':[{'port':53},{'port':53}],'ports':[{'port':53,'protocol':'UDP'},"
                        + "{'port':53,'protocol':'TCP'}]}}",
                "{'spec':{'ports':[{'port':53,'protocol':'UDP'},{'port':53,'protocol':'TCP','nodePort':30053}]}}");
        patched(
                PatchType.STRATEGIC_MERGE,
                SERVICES,
                "{'spec':{'ports':[{'port':53,'protocol':'TCP','nodePort':30053}]}}",
                "{'spec':{'$setElementOrder/ports':[{'port':53},{'port':53}],'ports':[{'port':53,'protocol':'UDP','nodePort':30054},"
                        + "{'port':53,'protocol':'TCP','nodePort':30055}]}}",
                "{'spec':{'ports':[{'port':53,'protocol':'UDP','nodePort':30054},{'port':53,'protocol':'TCP','nodePort':30055}]}}");
    }

    @Test
    void manyElementsOfOneKeyAreRefusedInTime() {
        String many = IntStream.range(0, 40_000)
                .mapToObj(i -> "{'containerPort':53,'protocol':'%d'}".formatted(i))
                .collect(Collectors.joining(",", "{'spec':{'containers':[{'name':'c','ports':[", "]}]}}"));
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> {
            Refusal refusal = refused(PatchType.STRATEGIC_MERGE, many, many);
            assertTrue(refusal.message().endsWith("more than 64 elements have containerPort 53"), refusal.message());
            patched(PatchType.STRATEGIC_MERGE, PODS, many, "{'spec':{'x':1}}", many.replace("]}]}}", "]}],'x':1}}"));
        });
    }

    /** The same with the rest of another key. */
    @Test
    void twoSpreadConstraintsOfOneTopologyKeyStayTwo() {
        String hard = "{'topologyKey':'zone','whenUnsatisfiable':'DoNotSchedule','maxSkew':1}";
        String soft = "{'topologyKey':'zone','whenUnsatisfiable':'ScheduleAnyway','maxSkew':1}";
        patched(
                PatchType.STRATEGIC_MERGE,
                PODS,
                "{'spec':{'topologySpreadConstraints':[" + hard + "," + soft + "]}}",
                "{'spec':{'topologySpreadConstraints':[" + soft.replace("1", "5") + "]}}",
                "{'spec':{'topologySpreadConstraints':[" + hard + "," + soft.replace("1", "5") + "]}}");
    }

    /** The ports of a Service or, with their own key, of a container. */
    private static String ports(String list, boolean container) {
        String full = list.replace("ORDER", "$setElementOrder/ports")
                .replaceAll("\\bT\\b", "{'port':53,'protocol':'TCP'}")
                .replaceAll("\\bU\\b", "{'port':53,'protocol':'UDP'}")
                .replaceAll("\\bK\\b", "{'port':53}");
        return container
                ? "{'spec':{'containers':[{'name':'c'," + full.substring(1).replace("'port':", "'containerPort':")
                        + "]}}"
                : "{'spec':" + full + "}";
    }

    @Test
    void whatKubectlSetImageSends() {
        patched(
                PatchType.STRATEGIC_MERGE,
                DEPLOYMENTS,
                "{'spec':{'template':{'spec':{'containers':[{'name':'nginx','image':'nginx:1'},{'name':'log','image':'log'}]}}}}",
                "{'spec':{'template':{'spec':{'$setElementOrder/containers':[{'name':'nginx'},{'name':'log'}],"
                        + "'containers':[{'image':'nginx:2','name':'nginx'}]}}}}",
                "{'spec':{'template':{'spec':{'containers':[{'name':'nginx','image':'nginx:2'},{'name':'log','image':'log'}]}}}}");
    }

    @Test
    void aDeploymentsStrategyKeepsOnlyWhatIsRetained() {
        patched(
                PatchType.STRATEGIC_MERGE,
                DEPLOYMENTS,
                "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}",
                "{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}",
                "{'spec':{'strategy':{'type':'Recreate'}}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'$patch':'spin'} | unknown patch type found: spin",
                "{'spec':{'containers':[{'image':'x'}]}} | does not contain declared merge key: name",
                "{'spec':{'containers':[{'$patch':'delete'}]}} | delete patch type with no merge key defined",
                "{'spec':{'containers':['x']}} | expected a map in a list that merges by name",
                "{'spec':{'$retainKeys':['a'],'b':1}} | the $retainKeys list must contain every field of the patch",
                "{'spec':{'$setElementOrder/containers':[{'name':'a'}],'containers':[{'name':'z'}]}} | doesn't match $setElementOrder list",
                "['x'] | error decoding patch: json: cannot unmarshal into a map"
            })
    void aMalformedStrategicMergePatchIsABadRequest(String patch, String part) {
        Refusal refusal = refused(PatchType.STRATEGIC_MERGE, "{'spec':{'containers':[{'name':'a'}]}}", patch);

        assertEquals(Reason.BAD_REQUEST, refusal.reason());
        assertTrue(refusal.message().contains(part), refusal.message());
    }

    @Test
    void whatIsNoJsonIsABadRequest() {
        assertEquals(Reason.BAD_REQUEST, refused(PatchType.MERGE, "{}", "{'a'").reason());
    }

    @Test
    void listsOfEveryKindMergeByTheKeysOfTheirSchema() {
        patched(
                PatchType.STRATEGIC_MERGE,
                schema("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"),
                "{'webhooks':[{'name':'a','sideEffects':'None'},{'name':'b'}]}",
                "{'webhooks':[{'name':'a','timeoutSeconds':5}]}",
                "{'webhooks':[{'name':'a','sideEffects':'None','timeoutSeconds':5},{'name':'b'}]}");
    }

    /** What a patch opens is a map in Go, and maps are written sorted; all else stays in the order of its struct. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "JSON | [{'op':'replace','path':'/s/y/q','value':{'z':1,'a':2}}]"
                        + " | {'b':{'d':1,'c':2},'k':1,'s':{'x':{'n':1,'m':2},'y':{'p':3,'q':{'z':1,'a':2}}}}",
                "JSON | [{'op':'test','path':'/b','value':{'c':2,'d':1}}]"
                        + " | {'b':{'c':2,'d':1},'k':1,'s':{'y':{'q':1,'p':3},'x':{'n':1,'m':2}}}",
                "MERGE | {'s':{'x':'t'}} | {'b':{'d':1,'c':2},'k':1,'s':{'x':'t','y':{'q':1,'p':3}}}",
                "MERGE | {'n':{'z':1,'a':null}}"
                        + " | {'b':{'d':1,'c':2},'k':1,'n':{'z':1},'s':{'y':{'q':1,'p':3},'x':{'n':1,'m':2}}}",
            })
    void what_a_patch_opens_is_shown_sorted(PatchType type, String patch, String shown) {
        ObjectNode target = (ObjectNode) json("{'k':1,'b':{'d':1,'c':2},'s':{'y':{'q':1,'p':3},'x':{'n':1,'m':2}}}")
                .tree();
        assertEquals(
                shown.replace('\'', '"'),
                Patches.shown(type, null, target, json(patch)).toString());
    }

    /** Where the object has the list; a new one loses its directives. */
    @Test
    void aListThatReplacesAnotherIsTakenAsItIs() {
        Schema.Struct accounts = Schemas.builtIn().of("", "v1", "ServiceAccount");
        Json patch = json("{'imagePullSecrets':[{'name':'reg','$patch':'delete','x':null}]}");
        ObjectNode there =
                (ObjectNode) json("{'imagePullSecrets':[{'name':'a'}]}").tree();
        ObjectNode absent = (ObjectNode) json("{}").tree();

        assertEquals(patch.tree(), tree(Patches.apply(PatchType.STRATEGIC_MERGE, accounts, there, patch)));
        assertEquals(
                json("{'imagePullSecrets':[{'name':'reg'}]}").tree(),
                tree(Patches.apply(
                        PatchType.STRATEGIC_MERGE,
                        accounts,
                        absent,
                        json("{'imagePullSecrets':[{'name':'reg','x':null}]}"))));
    }

    private static ObjectNode tree(Patched patched) {
        return assertInstanceOf(Patched.Tree.class, patched).tree();
    }
}
