package io.lockstep.cli.doctor;

/**
 * What was found.
 *
 * @param id for programs; it does not change
 * @param finding one sentence
 * @param remedy a command, or what to do; empty when there is nothing to do
 */
public record Check(String id, Status status, String finding, String remedy) {

    /** In the order of what to do first. */
    public enum Status {
        OK,
        UNKNOWN,
        WARN,
        FAIL
    }

    static Check ok(String id, String finding) {
        return new Check(id, Status.OK, finding, "");
    }

    static Check fail(String id, String finding, String remedy) {
        return new Check(id, Status.FAIL, finding, remedy);
    }

    static Check warn(String id, String finding, String remedy) {
        return new Check(id, Status.WARN, finding, remedy);
    }

    static Check unknown(String id, String finding, String remedy) {
        return new Check(id, Status.UNKNOWN, finding, remedy);
    }
}
