#include "cdiwatch/tables.h"

enum { SLOT_EMPTY = 0xFFFF };

typedef struct cdi_text key_at(const struct cdi_tables *tables, size_t index);

static inline struct cdi_text class_at(const struct cdi_tables *tables, size_t index)
{
    return tables->offences[index].klass;
}

static inline struct cdi_text code_at(const struct cdi_tables *tables, size_t index)
{
    return tables->codes[index].code;
}

/* A power of two, at least half of it empty. */
size_t cdi_tables_slots(size_t count)
{
    size_t slots = 8;
    while (slots < 2 * count)
        slots *= 2;
    return slots;
}

static void fill(const struct cdi_tables *tables, size_t count, key_at *key, uint16_t *slots)
{
    size_t mask = cdi_tables_slots(count) - 1;
    for (size_t i = 0; i <= mask; i++)
        slots[i] = SLOT_EMPTY;
    for (size_t i = 0; i < count; i++) {
        size_t slot = cdi_text_hash(key(tables, i), 0) & mask;
        while (slots[slot] != SLOT_EMPTY)
            slot = (slot + 1) & mask;
        slots[slot] = (uint16_t)i;
    }
}

void cdi_tables_index(struct cdi_tables *tables, uint16_t *offence_slots, uint16_t *code_slots)
{
    fill(tables, tables->offence_count, class_at, offence_slots);
    fill(tables, tables->code_count, code_at, code_slots);
    tables->offence_slots = offence_slots;
    tables->code_slots = code_slots;
}

static inline size_t probe(const struct cdi_tables *tables, size_t count, key_at *key, const uint16_t *slots,
                           struct cdi_text wanted)
{
    size_t mask = cdi_tables_slots(count) - 1, slot = cdi_text_hash(wanted, 0) & mask;
    while (slots[slot] != SLOT_EMPTY && !cdi_text_same(key(tables, slots[slot]), wanted))
        slot = (slot + 1) & mask;
    return slots[slot] == SLOT_EMPTY ? count : slots[slot];
}

/* `count` if it is not there.  Both arrays are sorted (codec/tables). */
static inline size_t find(const struct cdi_tables *tables, size_t count, key_at *key, const uint16_t *slots,
                          struct cdi_text wanted)
{
    size_t low = 0, high = count;
    if (slots != NULL)
        return probe(tables, count, key, slots, wanted);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = cdi_text_compare(key(tables, middle), wanted);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return count;
}

uint8_t cdi_tables_watch(const struct cdi_tables *tables, struct cdi_text key)
{
    uint8_t place = 0;
    while (place < tables->watches_known && !cdi_text_same(tables->watches[place].key, key))
        place++;
    return place;
}

int32_t cdi_tables_common(const struct cdi_tables *tables, uint64_t token)
{
    if (tables->common == NULL || token == 0)
        return 0;
    uint32_t slot = (uint32_t)token & tables->common_mask;
    while (tables->common[slot].token != 0 && tables->common[slot].token != token)
        slot = (slot + 1) & tables->common_mask;
    return tables->common[slot].less;
}

uint16_t cdi_tables_offence(const struct cdi_tables *tables, struct cdi_text klass)
{
    size_t index = find(tables, tables->offence_count, class_at, tables->offence_slots, klass);
    return index == tables->offence_count ? CDI_OFFENCE_NONE : (uint16_t)index;
}

const struct cdi_offence_code *cdi_tables_code(const struct cdi_tables *tables, struct cdi_text code)
{
    size_t index = find(tables, tables->code_count, code_at, tables->code_slots, code);
    return index == tables->code_count ? NULL : &tables->codes[index];
}

/* reaches[k]: the least millibits x for which 1/(1+2^(-x/1000)) is at least 0.5005 + k/1000, so that it rounds to 501 + k
 * thousandths: the ceiling of 1000 * log2((1001 + 2k) / (999 - 2k)).  No integer lies on a boundary: the quotient of two
 * different odd numbers is no rational power of two. */
static const int16_t reaches[500] = {
    3, 9, 15, 21, 26, 32, 38, 44, 50, 55, 61, 67, 73, 78, 84, 90, 96, 102, 107, 113, 119, 125, 130, 136, 142, 148, 154, 159,
    165, 171, 177, 183, 188, 194, 200, 206, 212, 217, 223, 229, 235, 241, 246, 252, 258, 264, 270, 275, 281, 287, 293, 299,
    305, 310, 316, 322, 328, 334, 340, 345, 351, 357, 363, 369, 375, 381, 387, 392, 398, 404, 410, 416, 422, 428, 434, 440,
    445, 451, 457, 463, 469, 475, 481, 487, 493, 499, 505, 511, 517, 523, 529, 535, 541, 546, 552, 558, 564, 570, 576, 582,
    588, 594, 601, 607, 613, 619, 625, 631, 637, 643, 649, 655, 661, 667, 673, 679, 685, 691, 698, 704, 710, 716, 722, 728,
    734, 741, 747, 753, 759, 765, 771, 778, 784, 790, 796, 802, 809, 815, 821, 827, 834, 840, 846, 853, 859, 865, 871, 878,
    884, 890, 897, 903, 909, 916, 922, 929, 935, 941, 948, 954, 961, 967, 974, 980, 986, 993, 999, 1006, 1012, 1019, 1025,
    1032, 1039, 1045, 1052, 1058, 1065, 1071, 1078, 1085, 1091, 1098, 1105, 1111, 1118, 1125, 1131, 1138, 1145, 1151, 1158,
    1165, 1172, 1179, 1185, 1192, 1199, 1206, 1213, 1219, 1226, 1233, 1240, 1247, 1254, 1261, 1268, 1275, 1282, 1289, 1296,
    1303, 1310, 1317, 1324, 1331, 1338, 1345, 1352, 1359, 1367, 1374, 1381, 1388, 1395, 1403, 1410, 1417, 1424, 1432, 1439,
    1446, 1454, 1461, 1469, 1476, 1483, 1491, 1498, 1506, 1513, 1521, 1528, 1536, 1543, 1551, 1559, 1566, 1574, 1582, 1589,
    1597, 1605, 1613, 1620, 1628, 1636, 1644, 1652, 1660, 1667, 1675, 1683, 1691, 1699, 1707, 1715, 1723, 1732, 1740, 1748,
    1756, 1764, 1772, 1781, 1789, 1797, 1806, 1814, 1822, 1831, 1839, 1848, 1856, 1865, 1873, 1882, 1890, 1899, 1908, 1916,
    1925, 1934, 1943, 1951, 1960, 1969, 1978, 1987, 1996, 2005, 2014, 2023, 2032, 2041, 2051, 2060, 2069, 2078, 2088, 2097,
    2107, 2116, 2125, 2135, 2145, 2154, 2164, 2174, 2183, 2193, 2203, 2213, 2223, 2233, 2243, 2253, 2263, 2273, 2283, 2293,
    2303, 2314, 2324, 2335, 2345, 2356, 2366, 2377, 2387, 2398, 2409, 2420, 2431, 2442, 2453, 2464, 2475, 2486, 2497, 2509,
    2520, 2531, 2543, 2555, 2566, 2578, 2590, 2602, 2613, 2625, 2637, 2650, 2662, 2674, 2686, 2699, 2711, 2724, 2737, 2749,
    2762, 2775, 2788, 2801, 2814, 2828, 2841, 2855, 2868, 2882, 2896, 2909, 2923, 2937, 2952, 2966, 2980, 2995, 3009, 3024,
    3039, 3054, 3069, 3084, 3100, 3115, 3131, 3147, 3162, 3178, 3195, 3211, 3227, 3244, 3261, 3278, 3295, 3312, 3330, 3347,
    3365, 3383, 3401, 3419, 3438, 3457, 3476, 3495, 3514, 3534, 3554, 3574, 3594, 3615, 3635, 3656, 3678, 3699, 3721, 3743,
    3766, 3789, 3812, 3835, 3859, 3883, 3907, 3932, 3957, 3983, 4009, 4035, 4062, 4089, 4117, 4145, 4174, 4204, 4233, 4264,
    4295, 4326, 4358, 4391, 4425, 4459, 4494, 4530, 4567, 4604, 4643, 4682, 4723, 4764, 4807, 4851, 4896, 4943, 4991, 5040,
    5092, 5145, 5200, 5257, 5316, 5377, 5442, 5509, 5579, 5652, 5730, 5812, 5898, 5990, 6087, 6192, 6304, 6426, 6559, 6705,
    6867, 7049, 7256, 7499, 7790, 8154, 8641, 9379, 10966,
};

static uint16_t at_least_even(int64_t millibits)
{
    size_t low = 0, high = sizeof reaches / sizeof *reaches;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (reaches[middle] <= millibits)
            low = middle + 1;
        else
            high = middle;
    }
    return (uint16_t)(500 + low);
}

uint16_t cdi_probability(int64_t millibits)
{
    if (millibits >= 0)
        return at_least_even(millibits);
    /* p(-x) = 1 - p(x); the least integer has no opposite. */
    return (uint16_t)(1000 - at_least_even(millibits == INT64_MIN ? INT64_MAX : -millibits));
}
