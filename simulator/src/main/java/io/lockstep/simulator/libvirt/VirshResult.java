package io.lockstep.simulator.libvirt;

/** What virsh printed, in its own words, and its exit status. */
public record VirshResult(int exit, String out, String err) {

    static VirshResult ok(String out) {
        return new VirshResult(0, out.isEmpty() ? "" : out + "\n", "");
    }

    static VirshResult error(String... messages) {
        StringBuilder err = new StringBuilder();
        for (String message : messages) {
            message.strip().lines().findFirst().ifPresent(l -> err.append("error: "));
            err.append(message.strip()).append('\n');
        }
        return new VirshResult(1, "", err.toString());
    }

    public boolean ok() {
        return exit == 0;
    }
}
