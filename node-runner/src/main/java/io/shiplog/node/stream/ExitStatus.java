package io.shiplog.node.stream;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shiplog.events.json.Json;

/**
 * How a command ended, as Kubernetes' {@code Status}.
 *
 * @param success whether with exit code 0
 * @param message empty for a success
 * @see <a href="https://github.com/kubernetes/kubernetes/blob/v1.36.0/staging/src/k8s.io/cri-streaming/pkg/streaming/remotecommand/exec.go">ServeExec</a>
 */
public record ExitStatus(boolean success, String message, ObjectNode status) {
    private static final int INTERNAL_ERROR = 500;

    /** The status for an exit code. */
    public static ExitStatus ofCode(int code) {
        ObjectNode status = blank(code == 0 ? "Success" : "Failure");
        if (code == 0) {
            return new ExitStatus(true, "", status);
        }
        String message = "command terminated with non-zero exit code: exit status " + code;
        status.put("message", message);
        status.put("reason", "NonZeroExitCode");
        ObjectNode cause = status.putObject("details").putArray("causes").addObject();
        cause.put("reason", "ExitCode");
        cause.put("message", Integer.toString(code));
        return new ExitStatus(false, message, status);
    }

    /** The status of a command that could not be run. */
    public static ExitStatus failed(String why) {
        String message = "Internal error occurred: " + why;
        ObjectNode status = blank("Failure");
        status.put("message", message);
        status.put("reason", "InternalError");
        status.putObject("details").putArray("causes").addObject().put("message", why);
        status.put("code", INTERNAL_ERROR);
        return new ExitStatus(false, message, status);
    }

    private static ObjectNode blank(String word) {
        ObjectNode status = Json.MAPPER.createObjectNode();
        status.putObject("metadata");
        status.put("status", word);
        return status;
    }
}
