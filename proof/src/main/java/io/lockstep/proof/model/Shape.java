package io.lockstep.proof.model;

import io.lockstep.core.volume.LockMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Where each number of a {@link World} is, and how a world is written as a few longs: one for what belongs to no host, then one for
 * each host.
 *
 * <p>Guarantee: two worlds that differ only in which host is which are written the same.
 */
final class Shape {

    static final int ROUND = Stimulus.values().length;

    private static final int[] ROUND_BITS = {2, 2, 2, 1};
    private static final int[] DOMAIN_BITS = {3, 2, 2, 2, 1};
    private static final int[] HANDOVER_BITS = {1, 2, 2, 2};
    private static final int[] HOST_BITS = {2, 2, 1};
    private static final int[] ON_HOST_BITS = {4, 4, 2, 4, 2, 2, 2, 3, 2};

    final int hosts;
    final int domains;
    final int handovers;
    final int size;

    /** How many longs a world is written as. */
    final int longs;

    private final List<LockMode> modes;
    private final int handoversAt;
    private final int hostsAt;
    private final int hostSize;
    private final int[] bits;
    private final boolean[] hostNumber;
    private final List<int[]> orders = new ArrayList<>();

    Shape(Configuration configuration) {
        hosts = configuration.hosts();
        modes = configuration.modes();
        domains = configuration.domains();
        handovers = configuration.most(Stimulus.MIGRATIONS);
        handoversAt = ROUND + ROUND_BITS.length + domains * DOMAIN_BITS.length;
        hostsAt = handoversAt + handovers * HANDOVER_BITS.length;
        hostSize = HOST_BITS.length + domains * ON_HOST_BITS.length;
        size = hostsAt + hosts * hostSize;
        longs = 1 + hosts;
        bits = new int[hostsAt + hostSize];
        hostNumber = new boolean[hostsAt];
        int at = 0;
        for (int i = 0; i < ROUND; i++) {
            bits[at++] = 2;
        }
        hostNumber[at + 1] = true;
        hostNumber[at + 2] = true;
        at = put(ROUND_BITS, at);
        for (int i = 0; i < domains + handovers; i++) {
            hostNumber[at + 1] = true;
            hostNumber[at + 2] = i < domains;
            at = put(i < domains ? DOMAIN_BITS : HANDOVER_BITS, at);
        }
        at = put(HOST_BITS, at);
        for (int i = 0; i < domains; i++) {
            at = put(ON_HOST_BITS, at);
        }
        if (Arrays.stream(bits, 0, hostsAt).sum() > Long.SIZE
                || Arrays.stream(bits, hostsAt, at).sum() > Long.SIZE) {
            throw new IllegalArgumentException(configuration.name() + " is too large for a state of " + longs
                    + " longs: fewer domains or migrations");
        }
        orders(new int[hosts], 0, 0);
    }

    private int put(int[] widths, int at) {
        System.arraycopy(widths, 0, bits, at, widths.length);
        return at + widths.length;
    }

    private void orders(int[] order, int next, int used) {
        if (next == hosts) {
            orders.add(order.clone());
            return;
        }
        for (int host = 0; host < hosts; host++) {
            if ((used & 1 << host) == 0) {
                order[next] = host;
                orders(order, next + 1, used | 1 << host);
            }
        }
    }

    /** In which mode the domain claims the volume. */
    LockMode mode(int domain) {
        return modes.get(domain);
    }

    int domain(int domain) {
        return ROUND + ROUND_BITS.length + domain * DOMAIN_BITS.length;
    }

    int handover(int handover) {
        return handoversAt + handover * HANDOVER_BITS.length;
    }

    int host(int host) {
        return hostsAt + host * hostSize;
    }

    int on(int host, int domain) {
        return host(host) + HOST_BITS.length + domain * ON_HOST_BITS.length;
    }

    /** Writes the world in its canonical form: the hosts in the order of their own numbers. */
    void write(World world, long[] to) {
        long[] each = new long[hosts];
        for (int host = 0; host < hosts; host++) {
            each[host] = host(world, host);
        }
        boolean first = true;
        for (int[] order : orders) {
            if (ascending(each, order)) {
                long global = global(world, order);
                if (first || global < to[0]) {
                    to[0] = global;
                    for (int i = 0; i < hosts; i++) {
                        to[1 + i] = each[order[i]];
                    }
                    first = false;
                }
            }
        }
    }

    private static boolean ascending(long[] each, int[] order) {
        for (int i = 1; i < order.length; i++) {
            if (each[order[i - 1]] > each[order[i]]) {
                return false;
            }
        }
        return true;
    }

    private long host(World world, int host) {
        long packed = 0;
        int from = host(host);
        for (int i = 0; i < hostSize; i++) {
            packed = packed << bits[hostsAt + i] | world.cells[from + i];
        }
        return packed;
    }

    private long global(World world, int[] order) {
        long packed = 0;
        for (int i = 0; i < hostsAt; i++) {
            int value = world.cells[i];
            packed = packed << bits[i] | (hostNumber[i] && inUse(world, i) ? place(order, value) : value);
        }
        return packed;
    }

    /** Whether a number of a host means one: what is unused is zero, and stays zero. */
    private boolean inUse(World world, int cell) {
        if (cell < domain(0)) {
            return world.round() > 0;
        }
        return cell < handoversAt
                ? world.phase((cell - domain(0)) / DOMAIN_BITS.length) != Phase.NONE
                : world.share((cell - handoversAt) / HANDOVER_BITS.length) != 0;
    }

    private static int place(int[] order, int host) {
        int place = 0;
        while (order[place] != host) {
            place++;
        }
        return place;
    }

    World read(long[] from) {
        World world = new World(this);
        unpack(from[0], 0, hostsAt, world.cells, 0);
        for (int host = 0; host < hosts; host++) {
            unpack(from[1 + host], hostsAt, hostSize, world.cells, host(host));
        }
        return world;
    }

    private void unpack(long packed, int widths, int count, byte[] to, int at) {
        long rest = packed;
        for (int i = count - 1; i >= 0; i--) {
            int width = bits[widths + i];
            to[at + i] = (byte) (rest & (1L << width) - 1);
            rest >>>= width;
        }
    }
}
