package io.lockstep.cli.connection;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.lockstep.cli.CommandFailure;
import io.lockstep.cli.ExitStatus;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** What gRPC says went wrong, for a person. */
final class Failures {

    private Failures() {}

    /** Whether another controller may do better. */
    static boolean unreachable(StatusRuntimeException e) {
        return switch (e.getStatus().getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED -> true;
            default -> false;
        };
    }

    /** @param whom for example {@code the agent of h1 (h1:7600)} */
    static CommandFailure answered(String whom, StatusRuntimeException e) {
        Status status = e.getStatus();
        String said = status.getDescription() == null ? status.getCode().toString() : status.getDescription();
        return switch (status.getCode()) {
            case NOT_FOUND, PERMISSION_DENIED, FAILED_PRECONDITION, ABORTED, ALREADY_EXISTS ->
                new CommandFailure(ExitStatus.NO, whom + " refuses: " + said, e);
            case INVALID_ARGUMENT, OUT_OF_RANGE -> new CommandFailure(ExitStatus.USAGE, whom + " refuses: " + said, e);
            case UNAUTHENTICATED ->
                new CommandFailure(
                        ExitStatus.NO_ANSWER,
                        whom + " wants a certificate: " + said + "; set ca=, cert= and key= in /etc/lockstep/ctl.conf",
                        e);
            case UNIMPLEMENTED ->
                new CommandFailure(
                        ExitStatus.NO_ANSWER, whom + " does not know this question; it is older, or something else", e);
            default -> new CommandFailure(ExitStatus.NO_ANSWER, whom + " failed: " + said, e);
        };
    }

    /** Why nobody answered: the cause, not gRPC's wrapping of it. */
    static String cause(StatusRuntimeException e, Duration timeout) {
        if (e.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED) {
            return "no answer within " + io.lockstep.cli.output.Durations.length(timeout);
        }
        Throwable deepest = deepest(e);
        return switch (deepest) {
            case ConnectException refused when contains(refused, "refused") -> "connection refused";
            case UnknownHostException ignored -> "no such host name";
            case SSLException tls -> "TLS: " + tls.getMessage();
            case java.security.GeneralSecurityException tls -> "TLS: " + tls.getMessage();
            case StatusRuntimeException plain ->
                plain.getStatus().getDescription() == null
                        ? plain.getStatus().getCode().toString()
                        : plain.getStatus().getDescription();
            default -> deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
        };
    }

    static Throwable deepest(Throwable e) {
        Throwable cause = e.getCause();
        return cause == null ? e : deepest(cause);
    }

    private static boolean contains(Throwable e, String word) {
        return e.getMessage() != null && e.getMessage().contains(word);
    }
}
