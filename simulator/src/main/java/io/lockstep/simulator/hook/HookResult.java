package io.lockstep.simulator.hook;

/**
 * What a hook answered.
 *
 * @param stdout read by libvirt as the domain's new XML at {@code migrate} and {@code restore}, and ignored otherwise
 * @param stderr shown in virsh's error when the exit status is not 0
 */
public record HookResult(int exit, String stdout, String stderr) {

    public static HookResult allow() {
        return new HookResult(0, "", "");
    }

    public static HookResult refuse(String reason) {
        return new HookResult(1, "", reason + "\n");
    }
}
