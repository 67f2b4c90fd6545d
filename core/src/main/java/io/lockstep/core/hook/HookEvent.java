package io.lockstep.core.hook;

/**
 * One call of the hook, as libvirt makes it: {@code qemu NAME OPERATION SUBOPERATION EXTRA} and the domain XML on stdin.
 *
 * @param name the domain's name, in whatever characters libvirt allows
 * @param extra {@code -}, or since libvirt 10.5 at {@code release} the reason why the domain stopped
 * @param xml the bytes of stdin, not yet trusted
 */
@SuppressWarnings("ArrayRecordComponent") // bytes of a request, never compared
public record HookEvent(String name, HookOperation operation, String suboperation, String extra, byte[] xml) {

    @Override
    public String toString() {
        return name + " " + operation.word() + " " + suboperation + " " + extra;
    }
}
