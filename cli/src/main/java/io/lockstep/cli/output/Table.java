package io.lockstep.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Aligned columns under headings. The last column is not padded, and no line ends in a blank. */
public final class Table {

    private static final String GAP = "  ";
    private static final String RED = "\u001b[31m";
    private static final String RESET = "\u001b[0m";

    private final List<String> headings;
    private final List<List<Cell>> rows = new ArrayList<>();

    public Table(String... headings) {
        this.headings = List.of(headings);
    }

    private Table(List<String> headings) {
        this.headings = List.copyOf(headings);
    }

    public static Table of(List<String> headings) {
        return new Table(headings);
    }

    public Table row(Cell... cells) {
        return row(List.of(cells));
    }

    public Table row(List<Cell> cells) {
        if (cells.size() != headings.size()) {
            throw new IllegalArgumentException(cells.size() + " cells under " + headings.size() + " headings");
        }
        rows.add(List.copyOf(cells));
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    List<String> lines(boolean colour) {
        List<List<Cell>> all = new ArrayList<>();
        all.add(headings.stream().map(Cell::of).toList());
        all.addAll(rows);
        int[] widths = new int[headings.size()];
        for (List<Cell> row : all) {
            for (int i = 0; i < row.size(); i++) {
                widths[i] = Math.max(widths[i], length(row.get(i).text()));
            }
        }
        return all.stream().map(row -> line(row, widths, colour)).toList();
    }

    private static String line(List<Cell> row, int[] widths, boolean colour) {
        int last = row.size() - 1;
        while (last > 0 && row.get(last).text().isEmpty()) {
            last--;
        }
        StringBuilder line = new StringBuilder();
        for (int i = 0; i <= last; i++) {
            Cell cell = row.get(i);
            line.append(i == 0 ? "" : GAP).append(styled(cell, colour));
            if (i < last) {
                line.repeat(' ', widths[i] - length(cell.text()));
            }
        }
        return line.toString();
    }

    static String styled(Cell cell, boolean colour) {
        return colour && cell.style() == Cell.Style.ATTENTION && !cell.text().isEmpty()
                ? RED + cell.text() + RESET
                : cell.text();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
